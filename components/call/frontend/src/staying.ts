/** A report to the server names the page it comes from. Sent while the user leaves, it would bring that page back. */

/** A page that is being left is gone after this time. */
const STAYS_MS = 500;

/** Act after a moment, if the component is still on the page. */
export function ifItStays(host: HTMLElement, act: () => void): void {
  setTimeout(() => {
    if (host.isConnected) act();
  }, STAYS_MS);
}
