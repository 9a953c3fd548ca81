/** Pauses what else the page plays (recordings, voice samples) during a call. */

/** Dispatched on `window` when a call begins, for players that aren't elements of the page. */
export const CALL_BEGINS = "greenroom-call-begins";

/** The agent would hear them through the microphone. The channel's audio plays from streams and continues. */
export function pauseSounds(page: Document): void {
  for (const sound of page.querySelectorAll<HTMLMediaElement>("audio, video")) if (sound.srcObject === null) sound.pause();
  window.dispatchEvent(new Event(CALL_BEGINS));
}
