/** Transcript lines from stored turns: after a reload, or after the page was disconnected from the channel. */

import type { RecordedTurn } from "../ticket";
import { ASIDE, type Line, type Lines, lastTurn, normalized, type Source } from "./line";
import { inOrder } from "./transcript";

/** The lines of a call that this page rejoins. The agent's next message of a turn continues that turn's line. */
export function restored(said: readonly RecordedTurn[]): Lines {
  const lines = said.map((turn) => restoredLine(turn, isWritten(turn) ? { after: turnBefore(said, turn) + 0.5 } : {}));
  return inOrder(lines);
}

/** The lines with a stored turn added, or completed if this page received only its beginning. */
export function caughtUp(lines: Lines, turn: RecordedTurn): Lines {
  const at = lines.findIndex((line) => tells(line, turn));
  const line = lines[at];
  if (line === undefined) return inOrder([...lines, restoredLine(turn, isWritten(turn) ? { after: lastTurn(lines) + 0.5 } : {})]);
  if (line.state !== "interim") return lines;
  return lines.with(at, { ...line, text: turn.text, state: turn.interrupted ? "interrupted" : "final" });
}

/** Whether the line is that turn: by ID, or by its words, because Agora's history has no IDs and the stored one may be a guess. */
function tells(line: Line, turn: RecordedTurn): boolean {
  if (line.speaker !== turn.speaker) return false;
  return (
    line.turnId === turn.turn_id ||
    ((line.turnId ?? turn.turn_id) >= turn.turn_id && normalized(line.text) === normalized(turn.text))
  );
}

function isWritten({ speaker, source }: RecordedTurn): boolean {
  return speaker === "user" && WRITTEN.has(source);
}

/** Agora's highest turn ID when this message was sent. */
function turnBefore(said: readonly RecordedTurn[], { started_ms }: RecordedTurn): number {
  const begun = said.filter((other) => !WRITTEN.has(other.source) && other.started_ms < started_ms);
  return Math.max(0, ...begun.map(({ turn_id }) => (turn_id < ASIDE ? turn_id : 0)));
}

const WRITTEN: ReadonlySet<string> = new Set(["typed", "say", "whisper"]);

function restoredLine(turn: RecordedTurn, place: Pick<Line, "after">): Line {
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
