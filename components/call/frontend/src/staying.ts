/** A report to the server names the page it comes from. Sent while the user leaves, it would bring that page back. */

/** Reports begin when a page was just drawn: in the moment in which a user who passes through clicks on. */
const STAYS_MS = 500;
/** After a click on a link to another page, that page has this long to come; then this one stays after all. */
const LEAVES_MS = 5000;
const LINKS = "[data-testid=stSidebarNavLink], [data-testid=stTopNavLink], [data-testid=stPageLink-NavLink]";

let watched: Document | null = null;
let leftAt = Number.NEGATIVE_INFINITY;

/** Act after a moment, if the component is still on the page and no other page was asked for; else when that page didn't come. */
export function ifItStays(host: HTMLElement, act: () => void): void {
  watchLinks();
  setTimeout(() => {
    if (!host.isConnected) return;
    if (performance.now() - leftAt < LEAVES_MS) ifItStays(host, act);
    else act();
  }, STAYS_MS);
}

function watchLinks(): void {
  if (watched === document) return;
  watched = document;
  const clicked = ({ target }: Event) => {
    if (target instanceof Element && target.closest(LINKS) !== null) leftAt = performance.now();
  };
  document.addEventListener("click", clicked, { capture: true });
}
