/**
 * Makes sure that a link to another page is followed. A component's report sent at the same moment names the page being left, and the
 * server returns to it (streamlit-webrtc reports as soon as it is drawn). The link is then clicked again.
 */

import { ClickAgain } from "./click-again";
import { clickedPageLink, pageLinkTo } from "./page";

/** If no script has started by then, the click was lost. */
const BEGINS_MS = 2000;

let watching = false;
/** Path of the page that was clicked and isn't shown yet. */
let to: string | null = null;
const clicks = new ClickAgain(stay);

/** Starts watching this page's links; later calls have no effect. */
export function followLinks(): void {
  if (watching) return;
  watching = true;
  document.addEventListener("click", clicked, { capture: true });
}

/** Whether another page was requested and isn't shown yet. */
export function isLeaving(): boolean {
  return to !== null;
}

function stay(): void {
  clicks.stop();
  to = null;
}

function clicked(event: MouseEvent): void {
  const page = clickedPageLink(event)?.pathname;
  if (page === undefined || page === to) return;
  const from = location.pathname;
  if (page === from) {
    stay(); // the user changed their mind
    return;
  }
  to = page;
  let ran = false;
  clicks.watch({
    isOver: (runs, waited) => {
      ran ||= runs || location.pathname !== from;
      return ran || waited > BEGINS_MS;
    },
    missed: () => {
      ran = false;
      return location.pathname === from ? pageLinkTo(page) : undefined;
    },
  });
}
