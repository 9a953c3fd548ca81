/** Builds the transcript from turn updates: pure functions over a list of lines. */

import { type Line, type LineState, type Lines, lastTurn, normalized, type TranscriptUpdate } from "./line";

/** Agora repeats a typed message as if it had been spoken; an equal text within this time is that echo. */
const ECHO_MS = 30_000;

/** Merges the toolkit's list of turns; other lines stay. Returns the same list if nothing changed. */
export function merge(lines: Lines, items: readonly TranscriptUpdate[], nowMs: number): Lines {
  let next = lines;
  for (const item of items) next = take(next, item, nowMs);
  return next === lines ? lines : inOrder(next);
}

function take(lines: Lines, item: TranscriptUpdate, nowMs: number): Lines {
  if (item.text.trim() === "" && !lines.some((line) => matches(line, item))) return lines;
  const at = lines.findIndex((line) => matches(line, item) || isEcho(line, item, nowMs));
  const old = lines[at];
  if (old === undefined) return [...bindTyped(lines, item), begun(item, nowMs, isOrdered(lines, item))];
  const fresh = old.source === "typed" ? echoed(old, item) : grown(old, item, nowMs);
  return same(old, fresh) ? lines : lines.with(at, fresh);
}

function matches(line: Line, item: TranscriptUpdate): boolean {
  // A line that was restored after a reload has no publisher.
  const sameVoice = item.speaker === "user" || line.publisher === "" || line.publisher === item.publisher;
  return line.speaker === item.speaker && line.turnId === item.turnId && sameVoice;
}

function isEcho(line: Line, item: TranscriptUpdate, nowMs: number): boolean {
  if (line.source !== "typed" || line.turnId !== null || line.state === "failed" || item.speaker !== "user") return false;
  return normalized(line.text) === normalized(item.text) && nowMs - line.startedMs < ECHO_MS;
}

/** Whether the agent starts to speak a text it was given, in a turn without speech of the caller. */
function isOrdered(lines: Lines, item: TranscriptUpdate): boolean {
  if (item.speaker !== "agent" || item.turnId === 0 || normalized(item.text) === "") return false;
  if (lines.some((line) => line.speaker === "user" && line.turnId === item.turnId)) return false;
  const texts = lines.filter((line) => line.source === "say" && line.speaker === "user" && line.state !== "failed");
  return texts.some((line) => normalized(line.text).startsWith(normalized(item.text)));
}

function begun(item: TranscriptUpdate, nowMs: number, ordered: boolean): Line {
  return {
    key: `${item.speaker}/${item.turnId}/${item.speaker === "user" ? "" : item.publisher}`,
    speaker: item.speaker,
    turnId: item.turnId,
    publisher: item.publisher,
    text: item.text,
    state: stateOf(item),
    source: item.speaker === "agent" && item.turnId === 0 ? "greeting" : ordered ? "say" : "voice",
    startedMs: nowMs,
    endedMs: nowMs,
    latencyMs: null,
  };
}

function grown(old: Line, item: TranscriptUpdate, nowMs: number): Line {
  const state = old.state === "interrupted" ? "interrupted" : stateOf(item);
  const text = item.text === "" ? old.text : item.text;
  const changed = text !== old.text || state !== old.state;
  return { ...old, text, state, endedMs: changed ? nowMs : old.endedMs };
}

function echoed(old: Line, item: TranscriptUpdate): Line {
  return { ...old, turnId: item.turnId, state: "final" };
}

function stateOf(item: TranscriptUpdate): LineState {
  return item.interrupted ? "interrupted" : item.complete ? "final" : "interim";
}

function same(a: Line, b: Line): boolean {
  return a.text === b.text && a.state === b.state && a.turnId === b.turnId && a.latencyMs === b.latencyMs;
}

/** If the agent replies in a turn without speech of the caller, it answers the oldest unanswered typed message. */
function bindTyped(lines: Lines, item: TranscriptUpdate): Lines {
  if (item.speaker !== "agent" || item.turnId === 0 || isOrdered(lines, item)) return lines;
  if (lines.some((line) => line.speaker === "user" && line.turnId === item.turnId)) return lines;
  const at = lines.findIndex((line) => line.source === "typed" && line.turnId === null && line.state !== "failed");
  const typed = lines[at];
  return typed === undefined ? lines : lines.with(at, { ...typed, turnId: item.turnId, state: "final" });
}

/** Greeting first, then by turn, the caller before the agent; sent messages stay where they were sent. */
export function inOrder(lines: Lines): Lines {
  const turn = (line: Line) => line.after ?? line.turnId ?? Number.MAX_SAFE_INTEGER;
  const who = (line: Line) => (line.speaker === "user" ? 0 : 1);
  return lines.toSorted((a, b) => turn(a) - turn(b) || who(a) - who(b));
}

/** The caller interrupted the agent in this turn. */
export function interrupt(lines: Lines, turnId: number, nowMs: number): Lines {
  const at = lines.findLastIndex((line) => line.speaker === "agent" && line.turnId === turnId);
  const line = lines[at];
  if (line === undefined || line.state === "interrupted") return lines;
  return lines.with(at, { ...line, state: "interrupted", endedMs: nowMs });
}

/** Sets when the audio of a line started or ended, and the latency. */
export function withTimes(lines: Lines, key: string, known: Partial<Pick<Line, "startedMs" | "endedMs" | "latencyMs">>): Lines {
  const at = lines.findIndex((line) => line.key === key);
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, ...known });
}

/** Adds the latencies of a turn, in ms by Agora's segment names, to the agent's line. */
export function withLatencies(lines: Lines, turnId: number, stages: Readonly<Record<string, number>>, endedBy?: string): Lines {
  const at = lines.findLastIndex((line) => line.speaker === "agent" && line.turnId === turnId);
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, stages, ...(endedBy && { endedBy }) });
}

/** The lines at the end of a call: nothing is in progress, and an unanswered typed message has a turn of its own. */
export function closed(lines: Lines): Lines {
  let last = lastTurn(lines);
  return lines.map((line) => {
    const state = line.state === "interim" || line.state === "sending" ? "final" : line.state;
    return { ...line, state, turnId: line.turnId ?? (state === "failed" ? null : ++last) };
  });
}
