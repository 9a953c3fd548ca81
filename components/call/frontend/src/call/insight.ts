/** A call's metrics: each turn's latency by stage, and the cost so far. Pure. */

import type { CallCost } from "../ticket";
import type { Line } from "./line";

/** The stages of a reply, in order: recognition, language model, tools, voice, delivery. */
export type LatencyStage = "heard" | "thought" | "tools" | "spoke" | "arrived";
/** Agora's latency segments by stage. */
const SEGMENTS: Record<Exclude<LatencyStage, "arrived">, readonly string[]> = {
  heard: ["algorithm_processing", "asr_ttlw"],
  thought: ["llm_ttft", "llm_ftfs", "llm_ttfa"],
  tools: ["tools"],
  spoke: ["tts_ttfb"],
};

/** Agora's names of the segments that make up this stage, for a tooltip. */
export function segmentsOf(stage: LatencyStage): string {
  if (stage === "tools") return "tool calls before the first word";
  return stage === "arrived" ? "not reported by Agora: network and playback" : SEGMENTS[stage].join(" + ");
}

/** A reply's latency by stage, in ms. */
export interface Waterfall {
  key: string;
  turnId: number;
  parts: { stage: LatencyStage; ms: number }[];
  totalMs: number;
  /** Measured in this browser; otherwise the total is the sum of what Agora reported. */
  heardHere: boolean;
  /** Why the caller's turn ended; "" = not known. */
  endedBy: string;
}

/** A reply's latency by stage; null for a line without a latency. The parts add up to the total. */
export function waterfall(line: Line): Waterfall | null {
  if (line.speaker !== "agent" || line.turnId === null || line.turnId === 0 || (line.latencyMs === null && !line.stages))
    return null;
  const stages = line.stages ?? {};
  const parts = (Object.keys(SEGMENTS) as (keyof typeof SEGMENTS)[])
    .map((stage) => ({ stage: stage as LatencyStage, ms: SEGMENTS[stage].reduce((sum, name) => sum + (stages[name] ?? 0), 0) }))
    .filter(({ ms }) => ms > 0);
  const reported = parts.reduce((sum, { ms }) => sum + ms, 0);
  const totalMs = Math.max(reported, line.latencyMs ?? 0);
  if (totalMs === 0) return null;
  if (parts.length > 0 && totalMs > reported) parts.push({ stage: "arrived", ms: totalMs - reported });
  return { key: line.key, turnId: line.turnId, parts, totalMs, heardHere: line.latencyMs !== null, endedBy: line.endedBy ?? "" };
}

/** The cost of `ms` milliseconds of this call, in its currency. */
export function costSoFar(cost: CallCost, ms: number): number {
  return (cost.per_minute * ms) / 60_000;
}
