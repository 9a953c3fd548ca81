/** In a narrow window the navigation lies over the page, and closes when a page was chosen. Streamlit closes it on phones alone. */

const LINK = "[data-testid=stSidebarNavLink]";
const SIDEBAR = "[data-testid=stSidebar]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button";
/** Streamlit lays it over the page up to this width. */
const NARROW = "(max-width: 768px)";
/** After the click itself, which the page still handles. */
const AFTER_MS = 100;

let watching = false;

/** Watch this page's navigation; once, however often the stage is drawn. */
export function closeSidebar(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked);
}

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element) || event.target.closest(LINK) === null || !matchMedia(NARROW).matches) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  setTimeout(() => {
    const isOpen = (document.querySelector(SIDEBAR)?.getBoundingClientRect().right ?? 0) > 1;
    if (isOpen) document.querySelector<HTMLElement>(CLOSE)?.click();
  }, AFTER_MS);
}
