/** What a live part tells the server of its own accord names its page, and would bring back a page that is being left. */

/** After so long a page that is being left is gone. */
const STAYS_MS = 500;

/** Act a moment later, if the part is still on the page by then. */
export function ifItStays(host: HTMLElement, act: () => void): void {
  setTimeout(() => {
    if (host.isConnected) act();
  }, STAYS_MS);
}
