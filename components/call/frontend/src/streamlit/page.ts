/** What Streamlit's page tells whoever runs beside it: its links to other pages, and whether a script runs. */

const PAGE_LINKS = "[data-testid=stSidebarNavLink], [data-testid=stTopNavLink], [data-testid=stPageLink-NavLink]";
/** Streamlit sets it on its root element. */
export const SCRIPT_STATE = "data-test-script-state";

/** The link to a page that this click follows in the same tab; null for any other click. */
export function clickedPageLink(event: MouseEvent): HTMLAnchorElement | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return null;
  return event.target.closest<HTMLAnchorElement>(PAGE_LINKS);
}

/** The drawn link to the page at this path. */
export function pageLinkTo(path: string): HTMLAnchorElement | undefined {
  return [...document.querySelectorAll<HTMLAnchorElement>(PAGE_LINKS)].find(({ pathname }) => pathname === path);
}

/** "notRunning" while nothing runs; null before Streamlit has drawn its page. */
export function scriptState(): string | null {
  return document.querySelector(`[${SCRIPT_STATE}]`)?.getAttribute(SCRIPT_STATE) ?? null;
}
