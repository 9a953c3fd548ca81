/** The transcript of a call that the page finds again after a reload. */

import type { Said } from "../ticket";
import { ASIDE, type Line, type Lines, type Source } from "./line";

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
