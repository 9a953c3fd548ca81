/** The lines that are typed: sent, taken or failed. Pure functions over a list of lines. */

import { ASIDE, isAside, type Line, type Lines, lastTurn, type MessageKind, normalized } from "./line";

/** A message that failed before and is sent again does not stand there twice. */
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

/** This message (where it is not named: the newest still being sent) did not get through. */
export function messageFailed(lines: Lines, ref = ""): { lines: Lines; text: string | null } {
  const at = lines.findLastIndex((line) => line.state === "sending" && (ref === "" || line.key === ref));
  const line = lines[at];
  return line === undefined ? { lines, text: null } : { lines: lines.with(at, { ...line, state: "failed" }), text: line.text };
}

/** Agora has taken this message. */
export function messageAccepted(lines: Lines, ref: string): Lines {
  const at = lines.findIndex((line) => line.key === ref && line.state === "sending");
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, state: "final" });
}
