/** Samples and bytes as base64, for the DevTools protocol, which carries text. Pure. */

const STEP = 0x2000; // more arguments in one call may overflow the stack

/** Samples or bytes as base64. */
export function base64Of(data: Int16Array | Uint8Array): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  let text = "";
  for (let at = 0; at < bytes.length; at += STEP) text += String.fromCharCode(...bytes.subarray(at, at + STEP));
  return btoa(text);
}

/** 16-bit samples from base64. */
export function samplesOf(text: string): Int16Array<ArrayBuffer> {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length - (raw.length % 2));
  for (let at = 0; at < bytes.length; at++) bytes[at] = raw.charCodeAt(at);
  return new Int16Array(bytes.buffer);
}
