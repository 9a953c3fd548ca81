/** Lines of a transcript, and queries over them. Texts are plain text, never HTML. */

export type Speaker = "user" | "agent";
/** How a line came about. */
export type Source = "voice" | "typed" | "greeting" | "say" | "whisper";
/** A message to answer, a text to speak, or a silent instruction. */
export type MessageKind = Extract<Source, "typed" | "say" | "whisper">;
/** `sending` and `failed` apply to sent messages. */
export type LineState = "sending" | "failed" | "interim" | "final" | "interrupted";

/** The state of one turn in the agent's messages; `text` is the whole turn so far. */
export interface TranscriptUpdate {
  speaker: Speaker;
  publisher: string;
  turnId: number;
  text: string;
  complete: boolean;
  interrupted: boolean;
}

/** One line of the transcript. */
export interface Line {
  readonly key: string;
  readonly speaker: Speaker;
  /** Agora's turn ID, shared by caller and agent; 0 = greeting; null = a typed message that the agent hasn't answered yet. */
  readonly turnId: number | null;
  readonly publisher: string;
  readonly text: string;
  readonly state: LineState;
  readonly source: Source;
  /** Milliseconds since the browser joined. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly latencyMs: number | null;
  /** Agora's latencies of the turn in ms, by segment name; on the agent's line. */
  readonly stages?: Readonly<Record<string, number>>;
  /** Why the caller's turn before it ended. */
  readonly endedBy?: string;
  /** Sent messages stand after the turn in which they were written, whichever turn answers them. */
  readonly after?: number;
}

/** First turn ID of messages that are in no turn of Agora's, so that their records don't replace one of Agora's. */
export const ASIDE = 1_000_000;

/** The transcript, in its order of display. */
export type Lines = readonly Line[];

/** Whether the line is in no turn of Agora's: a text to speak, or a whisper. */
export function isAside(line: Pick<Line, "turnId">): boolean {
  return (line.turnId ?? 0) >= ASIDE;
}

/** The highest turn ID of Agora's so far; 0 without turns. */
export function lastTurn(lines: Lines): number {
  return Math.max(0, ...lines.map((line) => (isAside(line) ? 0 : (line.turnId ?? 0))));
}

/** For comparing texts: without case and extra spaces. */
export function normalized(text: string): string {
  return text.trim().replace(/\s+/g, " ").toLowerCase();
}

/** The measured latencies of the replies, in ms. */
export function latencies(lines: Lines): number[] {
  return lines.flatMap((line) => (line.latencyMs === null ? [] : [line.latencyMs]));
}
