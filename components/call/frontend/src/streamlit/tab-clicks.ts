/**
 * Makes sure that a click on a tab selects it: while a script runs, Streamlit disables each tab until the tab's own message arrives, and
 * drops clicks. The tab is then clicked again, once no script runs.
 */

import { scriptState } from "./page";

const TABS = "[data-testid=stTabs]";
const TAB = `${TABS} [data-testid=stTab]`;
const LOOK_MS = 150;
/** A tab that isn't selected has missed its click after this many checks in a row without a running script. */
const STILL = 2;
const GIVES_UP_MS = 8000;
const MOST = 2;

/** The tab that was clicked last, by its label: Streamlit may redraw it. */
interface ClickedTab {
  tabs: Element;
  label: string;
  since: number;
  still: number;
  again: number;
}

let watching = false;
let pending: ClickedTab | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Starts watching this page's tabs; later calls have no effect. */
export function keepTabClicks(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked, { capture: true });
  document.addEventListener("keydown", forget, { capture: true });
}

function clicked(event: MouseEvent): void {
  if (!event.isTrusted) return; // a click of this module, or of a test
  const tab = event.target instanceof Element ? event.target.closest(TAB) : null;
  const tabs = tab?.closest(TABS);
  forget();
  if (tab === null || !tabs) return;
  pending = { tabs, label: labelOf(tab), since: performance.now(), still: 0, again: 0 };
  soon();
}

function look(): void {
  if (pending === null) return;
  const tab = [...pending.tabs.querySelectorAll<HTMLElement>(TAB)].find((one) => labelOf(one) === pending?.label);
  const runs = scriptState() !== "notRunning";
  pending.still = runs ? 0 : pending.still + 1;
  const isSettled = pending.still >= STILL && (tab?.getAttribute("aria-selected") === "true" || pending.again >= MOST);
  if (tab === undefined || isSettled || performance.now() - pending.since > GIVES_UP_MS) {
    forget();
    return;
  }
  if (pending.still >= STILL) {
    pending = { ...pending, still: 0, again: pending.again + 1 };
    tab.click();
  }
  soon();
}

function forget(): void {
  clearTimeout(timer);
  pending = null;
}

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(look, LOOK_MS);
}

function labelOf(tab: Element): string {
  return tab.textContent ?? "";
}
