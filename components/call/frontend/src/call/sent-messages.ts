/** Messages that the caller sends, as lines of the transcript: sending, accepted or failed. Pure functions over a list of lines. */

import { ASIDE, isAside, type Line, type Lines, lastTurn, type MessageKind, normalized } from "./line";

/** Adds a message that is being sent; it replaces an equal one that failed. */
export function addMessage(lines: Lines, source: MessageKind, text: string, ref: string, nowMs: number): Lines {
  const others = lines.filter((line) => line.state !== "failed" || normalized(line.text) !== normalized(text));
  const turnId = source === "typed" ? null : Math.max(ASIDE, ...lines.filter(isAside).map((other) => other.turnId ?? 0)) + 1;
  const line: Line = {
    key: ref,
    speaker: "user",
    turnId,
    publisher: "",
    text,
    state: "sending",
    source,
    startedMs: nowMs,
    endedMs: nowMs,
    latencyMs: null,
    after: lastTurn(lines) + 0.5,
  };
  return [...others, line];
}

/** Marks a message as failed (without `ref`, the newest that is being sent) and returns its text; null if there is none. */
export function messageFailed(lines: Lines, ref = ""): { lines: Lines; text: string | null } {
  const at = lines.findLastIndex((line) => line.state === "sending" && (ref === "" || line.key === ref));
  const line = lines[at];
  return line === undefined ? { lines, text: null } : { lines: lines.with(at, { ...line, state: "failed" }), text: line.text };
}

/** Agora has accepted this message. */
export function messageAccepted(lines: Lines, ref: string): Lines {
  const at = lines.findIndex((line) => line.key === ref && line.state === "sending");
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, state: "final" });
}
