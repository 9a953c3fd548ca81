/** Holding the space bar to talk while muted. Pure: from keys to what the microphone shall do. */

/** A press shorter than this on the mute button is a click, as on any button. */
const CLICK_MS = 300;

export interface Hold {
  /** When the key went down, ms; null = it is not held. */
  readonly sinceMs: number | null;
  readonly onButton: boolean;
}
export const RELEASED: Hold = { sinceMs: null, onButton: false };

export type Where = "free" | "mute" | "other";

/** The key goes down somewhere: null = leave it to the browser. */
export function pressed(hold: Hold, muted: boolean, where: Where, nowMs: number): Hold | null {
  if (hold.sinceMs !== null) return hold; // repeats of a held key
  return muted && where !== "other" ? { sinceMs: nowMs, onButton: where === "mute" } : null;
}

/** The key comes up, or the page loses it: whether the microphone is muted again. */
export function mutedAfter({ sinceMs, onButton }: Hold, nowMs: number): boolean {
  return !(onButton && sinceMs !== null && nowMs - sinceMs < CLICK_MS);
}
