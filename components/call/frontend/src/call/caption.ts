/** The caption: what is being said, short enough to be read from the back row. */

import type { Lines } from "./line";

const LONGEST = 150;

/** The end of the newest line, starting with a whole word. */
export function captionOf(lines: Lines): string {
  const last = lines.at(-1);
  const text = last?.text.trim() ?? "";
  if (last === undefined || text === "") return "";
  const tail = text.length <= LONGEST ? text : `… ${text.slice(-LONGEST).replace(/^\S*\s+/, "")}`;
  return last.speaker === "user" ? `You: ${tail}` : tail;
}
