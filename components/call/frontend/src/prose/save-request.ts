/** The request that saves a text of a draft, and what its answer means. */

import { fetchWithin } from "../fetch-within";
import type { SaveAnswer, StoredText } from "./types";

/** Browsers limit requests that outlive their page to 64 KB in total. */
const KEEPALIVE_MAX = 60_000;
const ANSWER_MS = 10_000;

/** Where a text is saved; `tab` is the server's name of this tab's session. */
export interface TextPlace {
  readonly address: string;
  readonly key: string;
  readonly capability: string;
  readonly tab: string;
}

/** Saves a text, based on `was`. `leaving`: the page is being unloaded. Never rejects. */
export async function postText(place: TextPlace, text: string, was: StoredText, leaving: boolean): Promise<SaveAnswer> {
  const { address, key, capability, tab } = place;
  const body = JSON.stringify({ key, text, was: was.text, revision: was.revision, capability, tab });
  const keepalive = leaving && body.length < KEEPALIVE_MAX;
  const request: RequestInit = { method: "POST", headers: { "content-type": "application/json" }, body, keepalive };
  try {
    return await fetchWithin(ANSWER_MS, address, request, saveAnswer);
  } catch {
    return { kind: "unreachable" };
  }
}

async function saveAnswer(response: Response): Promise<SaveAnswer> {
  const answer = (await response.json()) as Record<string, unknown>;
  const revision = Number(answer["revision"]);
  if (response.ok) return { kind: "saved", revision };
  if (response.status === 409 && typeof answer["text"] === "string") {
    return { kind: "moved", text: answer["text"], revision, takenBack: answer["taken_back"] === true };
  }
  if (response.status >= 500) return { kind: "unreachable" };
  return {
    kind: "refused",
    message: `${String(answer["error"] ?? "The server refused this text.")} ${String(answer["advice"] ?? "")}`.trim(),
  };
}
