/** Delays requests to Streamlit until it has drawn its page. */

const EVERY_MS = 30;
/** After this, something else is wrong, and the request is sent anyway. */
const LONGEST_MS = 6000;

/**
 * Streamlit loads the code of a widget when it draws the first of its kind. A rerun before that redraws the widget without the value
 * that the script set: it stays empty, and the empty value is sent back as if it had been typed. So a launch, or resuming a call, waits
 * while the page shows skeletons.
 */
export function whenDrawn(act: () => void): void {
  const until = performance.now() + LONGEST_MS;
  const look = (): void => {
    const drawing = document.querySelector('[data-testid="stSkeleton"], [data-testid="stAppSkeleton"]') !== null;
    if (drawing && performance.now() < until) setTimeout(look, EVERY_MS);
    else act();
  };
  look();
}
