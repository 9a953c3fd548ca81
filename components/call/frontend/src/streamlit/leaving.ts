/**
 * Makes sure that a link to another page is followed. A component's report sent at the same moment names the page being left, and the
 * server returns to it (streamlit-webrtc reports as soon as it is drawn). The link is then clicked again.
 */

import { clickedPageLink, pageLinkTo, scriptState } from "./page";

const LOOK_MS = 150;
/** The page has settled after this many checks in a row without a running script. */
const STILL = 2;
/** If no script has started by then, the click was lost. */
const BEGINS_MS = 2000;
const LEAVES_MS = 8000;
const MOST = 2;

interface Navigation {
  to: string;
  /** Path of the page that is being left. */
  from: string;
  since: number;
  ran: boolean;
  still: number;
  again: number;
}

let watching = false;
let pending: Navigation | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Starts watching this page's links; later calls have no effect. */
export function followLinks(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked, { capture: true });
}

/** Whether another page was requested and isn't shown yet. */
export function isLeaving(): boolean {
  return pending !== null;
}

function clicked(event: MouseEvent): void {
  const link = clickedPageLink(event);
  if (link === null) return;
  const to = link.pathname;
  if (to === pending?.to) return;
  if (to === location.pathname) {
    pending = null; // the user changed their mind
    return;
  }
  pending = { to, from: location.pathname, since: performance.now(), ran: false, still: 0, again: 0 };
  soon();
}

function look(): void {
  if (pending === null) return;
  const runs = scriptState() !== "notRunning";
  const waited = performance.now() - pending.since;
  pending.ran ||= runs || location.pathname !== pending.from;
  pending.still = runs || !(pending.ran || waited > BEGINS_MS) ? 0 : pending.still + 1;
  if (pending.still >= STILL || waited > LEAVES_MS) {
    const link = pageLinkTo(pending.to);
    if (location.pathname !== pending.from || link === undefined || pending.again >= MOST || waited > LEAVES_MS) {
      pending = null;
      return;
    }
    pending = { ...pending, since: performance.now(), ran: false, still: 0, again: pending.again + 1 };
    link.click();
  }
  soon();
}

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(look, LOOK_MS);
}
