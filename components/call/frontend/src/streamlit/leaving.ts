/**
 * A link to another page is followed to its end. What a component reports in the same moment names the page that is being left, so
 * that the server goes back there (streamlit-webrtc reports as soon as it is drawn): then the link is pressed again.
 */

import { clickedPageLink, pageLinkTo, scriptState } from "./page";

const LOOK_MS = 150;
/** So often in a row nothing runs before a page has come to stay. */
const STILL = 2;
/** A server that hasn't begun by then has lost the click. */
const BEGINS_MS = 2000;
const LEAVES_MS = 8000;
const MOST = 2;

interface Way {
  to: string;
  /** The page that is being left. */
  from: string;
  since: number;
  ran: boolean;
  still: number;
  again: number;
}

let watching = false;
let way: Way | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Watch this page's links; once, however often the stage is drawn. */
export function followLinks(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked, { capture: true });
}

/** Another page was asked for, and isn't there yet. */
export function isLeaving(): boolean {
  return way !== null;
}

function clicked(event: MouseEvent): void {
  const link = clickedPageLink(event);
  if (link === null) return;
  const to = link.pathname;
  if (to === way?.to) return;
  if (to === location.pathname) {
    way = null; // on second thoughts the user stays
    return;
  }
  way = { to, from: location.pathname, since: performance.now(), ran: false, still: 0, again: 0 };
  soon();
}

function look(): void {
  if (way === null) return;
  const runs = scriptState() !== "notRunning";
  const waited = performance.now() - way.since;
  way.ran ||= runs || location.pathname !== way.from;
  way.still = runs || !(way.ran || waited > BEGINS_MS) ? 0 : way.still + 1;
  if (way.still >= STILL || waited > LEAVES_MS) {
    const link = pageLinkTo(way.to);
    if (location.pathname !== way.from || link === undefined || way.again >= MOST || waited > LEAVES_MS) {
      way = null;
      return;
    }
    way = { ...way, since: performance.now(), ran: false, still: 0, again: way.again + 1 };
    link.click();
  }
  soon();
}

function soon(): void {
  clearTimeout(timer);
  timer = setTimeout(look, LOOK_MS);
}
