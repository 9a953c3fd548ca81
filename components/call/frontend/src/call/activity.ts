/** Detects activity of the caller anywhere in the page: typing, clicking, scrolling, playing a recording. */

/** Dispatched on `window` while a recording plays in another component of the page. */
export const LISTENING = "greenroom:listening";
/** Activity is reported at most this often. */
export const ACTIVITY_EVERY_MS = 5000;

const EVENTS = ["keydown", "pointerdown", "wheel", "touchmove", "input", "play", LISTENING] as const;

/** Reports activity in the page, from {@link watch} until {@link close}. */
export class Activity {
  private reportedMs = Number.NEGATIVE_INFINITY;

  /** `onActive` is called at most every five seconds. */
  constructor(private readonly onActive: () => void) {}

  watch(): void {
    for (const type of EVENTS) window.addEventListener(type, this.noticed, { capture: true, passive: true });
  }

  close(): void {
    for (const type of EVENTS) window.removeEventListener(type, this.noticed, { capture: true });
  }

  private readonly noticed = (): void => {
    const now = performance.now();
    if (now - this.reportedMs < ACTIVITY_EVERY_MS) return;
    this.reportedMs = now;
    this.onActive();
  };
}
