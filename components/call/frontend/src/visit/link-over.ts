/** The server's reasons after which a link starts no further call. */

import type { Phrase } from "../phrases";

const ENDED: readonly string[] = ["This guest link was turned off.", "This guest link has expired."] satisfies Phrase[];
const USED_UP: readonly string[] = ["This link's talk time is used up.", "This link's budget is used up."] satisfies Phrase[];

export const ASK_FOR_LINK = "Ask whoever sent you the link for a new one." satisfies Phrase;

/** What a link still allows after the server has rejected something with this message: a used-up link still takes votes. */
export function linkAfter(message: string): "open" | "used up" | "ended" {
  return ENDED.includes(message) ? "ended" : USED_UP.includes(message) ? "used up" : "open";
}
