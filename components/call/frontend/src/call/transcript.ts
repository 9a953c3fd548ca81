/** The turns of a call as they are heard and typed: pure functions over a list of lines. Text stays text; nothing here is HTML. */

import type { Said } from "../ticket";

export type Speaker = "user" | "agent";
export type Source = "voice" | "typed" | "greeting" | "say" | "whisper";
/** What a person wrote: a message to answer, a text to say, an instruction to keep in mind. */
export type Written = Extract<Source, "typed" | "say" | "whisper">;
/** sending and failed are for written lines only. */
export type LineState = "sending" | "failed" | "interim" | "final" | "interrupted";

/** One turn as the agent's messages tell it; the text is the whole turn so far, never an addition. */
export interface Spoken {
  speaker: Speaker;
  publisher: string;
  turnId: number;
  text: string;
  complete: boolean;
  interrupted: boolean;
}

export interface Line {
  readonly key: string;
  readonly speaker: Speaker;
  /** Agora's; person and agent share it; 0 = greeting; null = typed, and the agent has not taken it up yet. */
  readonly turnId: number | null;
  readonly publisher: string;
  readonly text: string;
  readonly state: LineState;
  readonly source: Source;
  /** Milliseconds since the browser joined. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly latencyMs: number | null;
  /** Agora's latencies of the turn, by segment name; on the agent's line. */
  readonly stages?: Readonly<Record<string, number>>;
  /** A text to say and a whisper are in no turn of Agora's: they stand after the turn in which they were written. */
  readonly after?: number;
}

/** Turns that Agora does not number count from here in the record, so that they never replace one of Agora's. */
export const ASIDE = 1_000_000;

export type Lines = readonly Line[];

/** The lines of a call that this page finds again. The agent's next message of a turn goes on with the turn's line. */
export function restored(said: readonly Said[]): Lines {
  let last = 0;
  return said.map((turn) => {
    if (turn.turn_id < ASIDE) last = Math.max(last, turn.turn_id);
    return restoredLine(turn, turn.turn_id < ASIDE ? {} : { after: last + 0.5 });
  });
}

function restoredLine(turn: Said, place: Pick<Line, "after">): Line {
  return {
    ...place,
    key: `${turn.speaker}-${turn.turn_id}-said`,
    speaker: turn.speaker,
    turnId: turn.turn_id,
    publisher: "",
    text: turn.text,
    state: turn.interrupted ? "interrupted" : "final",
    source: SOURCES.find((source) => source === turn.source) ?? "voice",
    startedMs: turn.started_ms,
    endedMs: turn.ended_ms,
    latencyMs: turn.latency_ms,
  };
}

const SOURCES: readonly Source[] = ["typed", "greeting", "say", "whisper"];

/** Agora says a typed message back as if it had been spoken; an equal text within this time is that echo. */
const ECHO_MS = 30_000;

/** Takes the whole list of the toolkit; lines it does not speak of stay. Returns the same list when nothing changed. */
export function hear(lines: Lines, items: readonly Spoken[], nowMs: number): Lines {
  let next = lines;
  for (const item of items) next = take(next, item, nowMs);
  return next === lines ? lines : inOrder(next);
}

function take(lines: Lines, item: Spoken, nowMs: number): Lines {
  if (item.text.trim() === "" && !lines.some((line) => matches(line, item))) return lines;
  const at = lines.findIndex((line) => matches(line, item) || isEcho(line, item, nowMs));
  const old = lines[at];
  if (old === undefined) return [...bindTyped(lines, item), begun(item, nowMs, isOrdered(lines, item))];
  const fresh = old.source === "typed" ? echoed(old, item) : grown(old, item, nowMs);
  return same(old, fresh) ? lines : lines.with(at, fresh);
}

function matches(line: Line, item: Spoken): boolean {
  // A line that a reload brought back does not know its publisher any more.
  const sameVoice = item.speaker === "user" || line.publisher === "" || line.publisher === item.publisher;
  return line.speaker === item.speaker && line.turnId === item.turnId && sameVoice;
}

function isEcho(line: Line, item: Spoken, nowMs: number): boolean {
  if (line.source !== "typed" || line.turnId !== null || line.state === "failed" || item.speaker !== "user") return false;
  return plain(line.text) === plain(item.text) && nowMs - line.startedMs < ECHO_MS;
}

/** The agent begins to say what it was told to say, in a turn in which nobody spoke. */
function isOrdered(lines: Lines, item: Spoken): boolean {
  if (item.speaker !== "agent" || item.turnId === 0 || plain(item.text) === "") return false;
  if (lines.some((line) => line.speaker === "user" && line.turnId === item.turnId)) return false;
  const texts = lines.filter((line) => line.source === "say" && line.speaker === "user" && line.state !== "failed");
  return texts.some((line) => plain(line.text).startsWith(plain(item.text)));
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

function begun(item: Spoken, nowMs: number, ordered: boolean): Line {
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

function grown(old: Line, item: Spoken, nowMs: number): Line {
  const state = old.state === "interrupted" ? "interrupted" : stateOf(item);
  const text = item.text === "" ? old.text : item.text;
  const changed = text !== old.text || state !== old.state;
  return { ...old, text, state, endedMs: changed ? nowMs : old.endedMs };
}

function echoed(old: Line, item: Spoken): Line {
  return { ...old, turnId: item.turnId, state: "final" };
}

function stateOf(item: Spoken): LineState {
  return item.interrupted ? "interrupted" : item.complete ? "final" : "interim";
}

function same(a: Line, b: Line): boolean {
  return a.text === b.text && a.state === b.state && a.turnId === b.turnId && a.latencyMs === b.latencyMs;
}

/** The agent answers in a turn in which nobody spoke: it is the answer to the oldest typed message still open. */
function bindTyped(lines: Lines, item: Spoken): Lines {
  if (item.speaker !== "agent" || item.turnId === 0 || isOrdered(lines, item)) return lines;
  if (lines.some((line) => line.speaker === "user" && line.turnId === item.turnId)) return lines;
  const at = lines.findIndex((line) => line.source === "typed" && line.turnId === null && line.state !== "failed");
  const typed = lines[at];
  return typed === undefined ? lines : lines.with(at, { ...typed, turnId: item.turnId, state: "final" });
}

/** Greeting first, then by turn, the person before the agent; what is typed and open stays at the end. */
function inOrder(lines: Lines): Lines {
  const turn = (line: Line) => line.after ?? line.turnId ?? Number.MAX_SAFE_INTEGER;
  const who = (line: Line) => (line.speaker === "user" ? 0 : 1);
  return lines.toSorted((a, b) => turn(a) - turn(b) || who(a) - who(b));
}

/** A message that failed before and is sent again does not stand there twice. */
export function write(lines: Lines, source: Written, text: string, ref: string, nowMs: number): Lines {
  const others = lines.filter((line) => line.state !== "failed" || plain(line.text) !== plain(text));
  const asides = lines.filter((other) => (other.turnId ?? 0) >= ASIDE).map((other) => other.turnId as number);
  const last = Math.max(0, ...lines.map((other) => ((other.turnId ?? 0) < ASIDE ? (other.turnId ?? 0) : 0)));
  const aside = source === "typed" ? {} : { turnId: Math.max(ASIDE, ...asides) + 1, after: last + 0.5 };
  const line: Line = {
    key: ref,
    speaker: "user",
    turnId: null,
    publisher: "",
    text,
    state: "sending",
    source,
    startedMs: nowMs,
    endedMs: nowMs,
    latencyMs: null,
    ...aside,
  };
  return [...others, line];
}

/** This message (where it is not named: the newest still being sent) did not get through. */
export function writtenFailed(lines: Lines, ref = ""): { lines: Lines; text: string | null } {
  const at = lines.findLastIndex((line) => line.state === "sending" && (ref === "" || line.key === ref));
  const line = lines[at];
  return line === undefined ? { lines, text: null } : { lines: lines.with(at, { ...line, state: "failed" }), text: line.text };
}

/** Agora has taken this message. */
export function writtenArrived(lines: Lines, ref: string): Lines {
  const at = lines.findIndex((line) => line.key === ref && line.state === "sending");
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, state: "final" });
}

/** Somebody talked over the agent in this turn. */
export function interrupt(lines: Lines, turnId: number, nowMs: number): Lines {
  const at = lines.findLastIndex((line) => line.speaker === "agent" && line.turnId === turnId);
  const line = lines[at];
  if (line === undefined || line.state === "interrupted") return lines;
  return lines.with(at, { ...line, state: "interrupted", endedMs: nowMs });
}

/** When the sound of a line began and, if it is known, how long the person had waited for it. */
export function timed(lines: Lines, key: string, known: Partial<Pick<Line, "startedMs" | "endedMs" | "latencyMs">>): Lines {
  const at = lines.findIndex((line) => line.key === key);
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, ...known });
}

/** What the agent's turn was made of. */
export function staged(lines: Lines, turnId: number, stages: Readonly<Record<string, number>>): Lines {
  const at = lines.findLastIndex((line) => line.speaker === "agent" && line.turnId === turnId);
  const line = lines[at];
  return line === undefined ? lines : lines.with(at, { ...line, stages });
}

/** At the end nothing is in progress any more, and a typed message that was never taken up still has a turn of its own. */
export function closed(lines: Lines): Lines {
  let last = Math.max(0, ...lines.map((line) => (line.after === undefined ? (line.turnId ?? 0) : 0)));
  return lines.map((line) => {
    const state = line.state === "interim" || line.state === "sending" ? "final" : line.state;
    return { ...line, state, turnId: line.turnId ?? (state === "failed" ? null : ++last) };
  });
}

export function latencies(lines: Lines): number[] {
  return lines.flatMap((line) => (line.latencyMs === null ? [] : [line.latencyMs]));
}
