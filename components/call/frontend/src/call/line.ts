/** One line of a transcript, and what may be asked of a list of them. Text stays text; nothing here is HTML. */

export type Speaker = "user" | "agent";
export type Source = "voice" | "typed" | "greeting" | "say" | "whisper";
/** What the caller wrote: a message to answer, a text to speak, a silent instruction. */
export type MessageKind = Extract<Source, "typed" | "say" | "whisper">;
/** sending and failed are for written lines only. */
export type LineState = "sending" | "failed" | "interim" | "final" | "interrupted";

/** One turn as the agent's messages tell it; the text is the whole turn so far, never an addition. */
export interface TranscriptUpdate {
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
  /** Why the caller's turn before it ended. */
  readonly endedBy?: string;
  /** Sent messages stand after the turn in which they were written, whichever turn answers them. */
  readonly after?: number;
}

/** Turns that Agora does not number count from here in the record, so that they never replace one of Agora's. */
export const ASIDE = 1_000_000;

export type Lines = readonly Line[];

/** A line that is in no turn of Agora's: a text to say, or a whisper. */
export function isAside(line: Pick<Line, "turnId">): boolean {
  return (line.turnId ?? 0) >= ASIDE;
}

/** The newest turn of Agora's so far. */
export function lastTurn(lines: Lines): number {
  return Math.max(0, ...lines.map((line) => (isAside(line) ? 0 : (line.turnId ?? 0))));
}

/** Two texts that are equal here say the same. */
export function normalized(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

export function latencies(lines: Lines): number[] {
  return lines.flatMap((line) => (line.latencyMs === null ? [] : [line.latencyMs]));
}
