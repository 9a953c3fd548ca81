/** What a timeline is drawn from: one session as Python hands it over (greenroom/services/sessions/timeline.py). */

export interface TimelineTurn {
  readonly speaker: "user" | "agent";
  readonly text: string;
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly source: string;
  readonly interrupted: boolean;
  readonly latency_ms: number | null;
  /** Latencies in ms, by Agora's names of the segments. */
  readonly stages: Readonly<Record<string, number>>;
}

export interface TimelineCall {
  readonly tool: string;
  readonly status: string;
  readonly mocked: boolean;
  readonly started_ms: number;
  readonly duration_ms: number;
  readonly arguments: string;
  readonly result: string;
}

export interface Sound {
  readonly address: string;
  /** It begins with the session, and may end before it. */
  readonly length_ms: number;
  /** Loudest level per step, a byte each, base64. */
  readonly person: string;
  readonly agent: string;
}

export interface TimelineRecord {
  readonly agent_name: string;
  /** Absent in a file of an older Greenroom. */
  readonly caller_name?: string;
  readonly length_ms: number;
  readonly sound: Sound | null;
  /** Why there is nothing to play; "" when there is. */
  readonly silent_because: string;
  readonly turns: readonly TimelineTurn[];
  /** Absent in a file of an older Greenroom. */
  readonly calls?: readonly TimelineCall[];
  readonly events: readonly { readonly at_ms: number; readonly what: string }[];
  readonly notes: readonly { readonly at_ms: number; readonly text: string }[];
  /** The page was opened to be heard. */
  readonly play: boolean;
  /** A note can be written at the moment shown. */
  readonly notable: boolean;
}

/** The turn that sounds at a moment, or was the last to begin before it. */
export function turnAt(turns: readonly TimelineTurn[], ms: number): number {
  let found = -1;
  for (const [index, turn] of turns.entries()) {
    if (turn.started_ms > ms) break;
    const before = turns[found];
    // Of two that sound at once the later one is shown; one that has ended does not hide one that continues.
    if (before === undefined || turn.ended_ms >= ms || before.ended_ms < ms) found = index;
  }
  return found;
}

/** The answer that took longest, or -1. */
export function slowest(turns: readonly TimelineTurn[]): number {
  let found = -1;
  for (const [index, { latency_ms }] of turns.entries()) {
    if (latency_ms !== null && latency_ms > (turns[found]?.latency_ms ?? -1)) found = index;
  }
  return found;
}

/** Where a player begins to make a turn understood: a little before it; for an answer, where the question ended. */
export function startOf(turn: TimelineTurn): number {
  return Math.max(0, turn.started_ms - (turn.latency_ms ?? 0) - 300);
}

export function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Marks of the axis: every so many seconds, in round steps, at most `most` of them. */
export function ticks(lengthMs: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400];
  const step = (steps.find((seconds) => lengthMs / 1000 / seconds <= most) ?? 14_400) * 1000;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}
