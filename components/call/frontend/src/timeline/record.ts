/** The data of a timeline: a session from Python (greenroom/services/sessions/timeline.py). Times in ms since its start. */

/** One turn. */
export interface TimelineTurn {
  readonly speaker: "user" | "agent";
  readonly text: string;
  readonly started_ms: number;
  readonly ended_ms: number;
  readonly source: string;
  readonly interrupted: boolean;
  readonly latency_ms: number | null;
  /** Latencies in ms by Agora's segment names. */
  readonly stages: Readonly<Record<string, number>>;
}

/** One tool call. */
export interface TimelineCall {
  readonly tool: string;
  readonly status: string;
  readonly mocked: boolean;
  readonly started_ms: number;
  readonly duration_ms: number;
  readonly arguments: string;
  readonly result: string;
}

/** The recording of a session. */
export interface Sound {
  readonly address: string;
  /** The recording starts with the session, and may end before it. */
  readonly length_ms: number;
  /** Peak levels at equal intervals, one byte each, base64. */
  readonly person: string;
  readonly agent: string;
}

/** One session. */
export interface TimelineRecord {
  readonly agent_name: string;
  /** Absent in a file of an older Greenroom. */
  readonly caller_name?: string;
  readonly length_ms: number;
  readonly sound: Sound | null;
  /** Why there is no recording; "" if there is one. */
  readonly silent_because: string;
  readonly turns: readonly TimelineTurn[];
  /** Absent in a file of an older Greenroom. */
  readonly calls?: readonly TimelineCall[];
  readonly events: readonly { readonly at_ms: number; readonly what: string }[];
  readonly notes: readonly { readonly at_ms: number; readonly text: string }[];
  /** Whether to start playback. */
  readonly play: boolean;
  /** Whether the user can add notes. */
  readonly notable: boolean;
}

/** The index of the turn at a time, or of the last one that started before it; −1 before the first. */
export function turnAt(turns: readonly TimelineTurn[], ms: number): number {
  let found = -1;
  for (const [index, turn] of turns.entries()) {
    if (turn.started_ms > ms) break;
    const before = turns[found];
    // Of two overlapping turns, the later one; a turn that has ended doesn't hide one that continues.
    if (before === undefined || turn.ended_ms >= ms || before.ended_ms < ms) found = index;
  }
  return found;
}

/** The index of the reply with the longest latency, or −1. */
export function slowest(turns: readonly TimelineTurn[]): number {
  let found = -1;
  for (const [index, { latency_ms }] of turns.entries()) {
    if (latency_ms !== null && latency_ms > (turns[found]?.latency_ms ?? -1)) found = index;
  }
  return found;
}

/** Where to start playing a turn: a little before it; for a reply, where the question ended. */
export function startOf(turn: TimelineTurn): number {
  return Math.max(0, turn.started_ms - (turn.latency_ms ?? 0) - 300);
}

/** Bytes from base64. */
export function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Times of the axis labels in ms, at round intervals, about `most` of them. */
export function ticks(lengthMs: number, most: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400];
  const step = (steps.find((seconds) => lengthMs / 1000 / seconds <= most) ?? 14_400) * 1000;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, index) => index * step);
}
