/**
 * A click on a tab counts even where Streamlit drops it: while a run draws, it turns each tab off until that tab's own message is
 * there. The tab is then pressed again, once nothing runs.
 */

const TABS = "[data-testid=stTabs]";
const TAB = `${TABS} [data-testid=stTab]`;
const STATE = "data-test-script-state";
const LOOK_MS = 150;
/** So often in a row nothing runs before a tab that isn't selected has missed its click. */
const STILL = 2;
const GIVES_UP_MS = 8000;
const MOST = 2;

/** The tab that was clicked last, by its place: Streamlit may draw it anew. */
interface Wanted {
  tabs: Element;
  label: string;
  since: number;
  still: number;
  again: number;
}

let watching = false;
let wanted: Wanted | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Watch this page's tabs; once, however often a component is drawn. */
export function keepTabClicks(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked, { capture: true });
  document.addEventListener("keydown", forget, { capture: true });
}

function clicked(event: MouseEvent): void {
  if (!event.isTrusted) return; // it is pressed again by this module, or by a program that looks after itself
  const tab = event.target instanceof Element ? event.target.closest(TAB) : null;
  const tabs = tab?.closest(TABS);
  forget();
  if (tab === null || !tabs) return;
  wanted = { tabs, label: labelOf(tab), since: performance.now(), still: 0, again: 0 };
  soon();
}

function look(): void {
  if (wanted === null) return;
  const tab = [...wanted.tabs.querySelectorAll<HTMLElement>(TAB)].find((one) => labelOf(one) === wanted?.label);
  const runs = document.querySelector(`[${STATE}]`)?.getAttribute(STATE) !== "notRunning";
  wanted.still = runs ? 0 : wanted.still + 1;
  const isSettled = wanted.still >= STILL && (tab?.getAttribute("aria-selected") === "true" || wanted.again >= MOST);
  if (tab === undefined || isSettled || performance.now() - wanted.since > GIVES_UP_MS) {
    forget();
    return;
  }
  if (wanted.still >= STILL) {
    wanted = { ...wanted, still: 0, again: wanted.again + 1 };
    tab.click();
  }
  soon();
}

function forget(): void {
  clearTimeout(timer);
  wanted = null;
}

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(look, LOOK_MS);
}

function labelOf(tab: Element): string {
  return tab.textContent ?? "";
}
