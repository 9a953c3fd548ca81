/**
 * Makes sure that a click on a tab selects it: while a script runs, Streamlit disables each tab until the tab's own message arrives, and
 * drops clicks. The tab is then clicked again, once no script runs.
 */

import { ClickAgain } from "./click-again";

const TABS = "[data-testid=stTabs]";
const TAB = `${TABS} [data-testid=stTab]`;

let watching = false;
const clicks = new ClickAgain();

/** Starts watching this page's tabs; later calls have no effect. */
export function keepTabClicks(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked, { capture: true });
  document.addEventListener("keydown", () => clicks.stop(), { capture: true });
}

function clicked(event: MouseEvent): void {
  if (!event.isTrusted) return; // a click of this module, or of a test
  const tab = event.target instanceof Element ? event.target.closest(TAB) : null;
  const tabs = tab?.closest(TABS);
  clicks.stop();
  if (!tab || !tabs) return;
  const { textContent } = tab; // Streamlit may redraw the tab
  clicks.watch({
    missed: () =>
      [...tabs.querySelectorAll<HTMLElement>(TAB)].find(
        (one) => one.textContent === textContent && one.getAttribute("aria-selected") !== "true",
      ),
  });
}
