/** Delays reports to Python while the user leaves the page: a report names its page, and would bring the user back. */

import { isLeaving } from "./leaving";

/** Reports start when a page was just drawn, which is when a user on the way to another page clicks again. */
const STAYS_MS = 500;

/** Calls `act` after a moment, if `host` is still on the page; waits while another page is being opened. */
export function whenPageStays(host: Element, act: () => void): void {
  setTimeout(() => {
    if (!host.isConnected) return;
    if (isLeaving()) whenPageStays(host, act);
    else act();
  }, STAYS_MS);
}
