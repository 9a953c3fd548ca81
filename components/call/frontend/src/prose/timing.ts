/** When a text is saved during typing, and when a failed save is retried. */

/** A text is saved after a pause of PAUSE_MS, and after LONGEST_MS of typing without one. */
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
