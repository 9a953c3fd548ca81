/** When a text is saved while it is typed, and when a failed save is tried again. */

/** A pause of this length saves the text; typing without a pause saves it after the second at the latest. */
export const PAUSE_MS = 600;
export const LONGEST_MS = 3000;
const RETRY_MS: readonly number[] = [1000, 2000, 4000, 8000];

/** How long to wait after a key: `typingMs` since the first unsaved one. */
export function waitAfterKey(typingMs: number): number {
  return Math.max(0, Math.min(PAUSE_MS, LONGEST_MS - typingMs));
}

/** How long to wait after so many failed tries. */
export function retryAfter(tries: number): number {
  return RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? LONGEST_MS;
}
