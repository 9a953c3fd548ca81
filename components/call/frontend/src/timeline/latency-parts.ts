/** A reply's latency by stage, in order; the same as on the stage. */

import { type LatencyStage, waterfall } from "../call/insight";
import type { TimelineTurn } from "./record";

/** A stage of a reply's latency. */
export interface LatencyPart {
  readonly stage: LatencyStage;
  readonly ms: number;
}

/** A turn's latency by stage; empty without one. */
export function latencyParts(turn: TimelineTurn): readonly LatencyPart[] {
  const found = waterfall({
    key: "",
    turnId: 1,
    publisher: "",
    speaker: turn.speaker,
    text: turn.text,
    startedMs: turn.started_ms,
    endedMs: turn.ended_ms,
    source: "voice",
    state: "final",
    latencyMs: turn.latency_ms,
    stages: turn.stages,
  });
  return found?.parts ?? [];
}
