/** A report to the server names the page it comes from. Sent while the user leaves, it would bring that page back. */

import { isLeaving } from "./leaving";

/** Reports begin when a page was just drawn: in the moment in which a user who passes through clicks on. */
const STAYS_MS = 500;

/** Act after a moment, if the component is still on the page and no other page is on its way. */
export function whenPageStays(host: Element, act: () => void): void {
  setTimeout(() => {
    if (!host.isConnected) return;
    if (isLeaving()) whenPageStays(host, act);
    else act();
  }, STAYS_MS);
}
