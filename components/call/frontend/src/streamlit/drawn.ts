/** Waits until Streamlit has drawn what it is drawing, before it is asked for anything. */

const EVERY_MS = 30;
/** Something else is wrong then, and a click must not be lost to it. */
const LONGEST_MS = 6000;

/**
 * Streamlit fetches the code of a widget when the first of its kind is drawn. A rerun that comes before it is there redraws the
 * widget without the value that the script has set: it stays empty, and the empty value is sent back as if it had been typed.
 * So a launch that is pressed (or a call that is found again) while the page is still a skeleton waits for the page.
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
