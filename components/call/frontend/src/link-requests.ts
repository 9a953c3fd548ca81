/** Requests of a page that was opened by a link (guests, watchers): always a POST, with the link's key in the body and never in an
 * address, and without cookies. */

import { fetchWithin } from "./fetch-within";

/** What the server said: whether it did what was asked, and its JSON, or a sound. */
export interface LinkAnswer {
  readonly ok: boolean;
  readonly said: unknown;
}

const ANSWER_MS = 20_000;
/** A cloud vendor renders the sample first. */
const SOUND_MS = 60_000;

/** Rejects if the server can't be reached or doesn't answer in time. `sound`: a successful answer is a file, not JSON. */
export function askLink(path: string, body: Record<string, unknown>, sound = false): Promise<LinkAnswer> {
  const request: RequestInit = {
    method: "POST",
    credentials: "omit",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  };
  return fetchWithin(sound ? SOUND_MS : ANSWER_MS, path, request, async (response) => ({
    ok: response.ok,
    said: sound && response.ok ? await response.blob() : await response.json(),
  }));
}
