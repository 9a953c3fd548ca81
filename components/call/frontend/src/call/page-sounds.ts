/** What else the page plays: recordings and samples of voices. */

/** A call begins. Players that are no elements of the page listen to it. */
export const CALL_BEGINS = "greenroom-call-begins";

/** In a call the agent would hear them, through the caller's microphone. The voices of the channel are streams, and stay. */
export function pauseSounds(page: Document): void {
  for (const sound of page.querySelectorAll<HTMLMediaElement>("audio, video")) if (sound.srcObject === null) sound.pause();
  window.dispatchEvent(new Event(CALL_BEGINS));
}
