/** Push to talk: holding Space unmutes while muted. Pure: from key presses to whether the microphone is muted. */

/** A shorter press on the mute button is a click. */
const CLICK_MS = 300;

/** The state of the key. */
export interface Hold {
  /** When the key went down, ms; null = it isn't held. */
  readonly sinceMs: number | null;
  readonly onButton: boolean;
}
export const RELEASED: Hold = { sinceMs: null, onButton: false };

/** Where the focus is: nowhere in particular, on the mute button, or on something else that uses the key. */
export type Where = "free" | "mute" | "other";

/** The key went down; null = leave it to the browser. */
export function pressed(hold: Hold, muted: boolean, where: Where, nowMs: number): Hold | null {
  if (hold.sinceMs !== null) return hold; // repeats of a held key
  return muted && where !== "other" ? { sinceMs: nowMs, onButton: where === "mute" } : null;
}

/** The key came up, or the page lost focus: whether the microphone is muted again. */
export function mutedAfter({ sinceMs, onButton }: Hold, nowMs: number): boolean {
  return !(onButton && sinceMs !== null && nowMs - sinceMs < CLICK_MS);
}
