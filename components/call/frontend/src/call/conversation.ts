/** What is said in one call: keeps the lines, gives each its times and latency, and tells the server of every turn that ended. */

import type { FieldsFromStage } from "../protocol";
import type { RecordedTurn } from "../ticket";
import { isAside, type Line, type Lines, type MessageKind, type TranscriptUpdate } from "./line";
import { caughtUp } from "./restored";
import * as messages from "./sent-messages";
import type { SoundEvent } from "./sound";
import type { Store } from "./store";
import * as transcript from "./transcript";

/** The first sound of an answer and its first words arrive within this time of each other. */
const TOGETHER_MS = 3000;

type Turn = FieldsFromStage<"turn">;

export class Conversation {
  private readonly reported = new Map<string, string>();
  private joinedAtMs = performance.now();
  /** A measured answer whose line has not come yet. */
  private measured: { atMs: number; latencyMs: number } | null = null;
  /** The caller's present or last stretch of speech; no end while it lasts. */
  private caller: { startedMs: number; endedMs: number | null } | null = null;

  constructor(
    private readonly lines: Store<Lines>,
    private readonly report: (turn: Turn) => void,
  ) {
    // What a reload brought back is in the record already.
    for (const line of lines.get()) this.reported.set(line.key, reportKey(line));
  }

  /** Times of turns count from here. */
  joined(elapsedMs = 0): void {
    this.joinedAtMs = performance.now() - elapsedMs;
  }

  hear(items: readonly TranscriptUpdate[]): void {
    const before = new Map(this.lines.get().map((line) => [line.key, line]));
    this.update(transcript.merge(this.lines.get(), items, this.nowMs()));
    for (const line of this.lines.get()) if (before.get(line.key) !== line) this.heard(line, !before.has(line.key));
    this.reportEnded();
  }

  /** A turn of the record, which this page may not have heard: it was away from the channel. */
  recorded(turn: RecordedTurn): void {
    const before = new Set(this.lines.get().map((line) => line.key));
    this.update(caughtUp(this.lines.get(), turn));
    for (const line of this.lines.get()) if (!before.has(line.key)) this.reported.set(line.key, reportKey(line));
    this.reportEnded();
  }

  interrupted(turnId: number): void {
    this.update(transcript.interrupt(this.lines.get(), turnId, this.nowMs()));
    this.reportEnded();
  }

  stages(turnId: number, stages: Record<string, number>, endedBy?: string): void {
    this.update(transcript.withLatencies(this.lines.get(), turnId, stages, endedBy));
  }

  /** `event.atMs` in performance.now() milliseconds. */
  sound(event: SoundEvent): void {
    const atMs = Math.max(0, Math.round(event.atMs - this.joinedAtMs));
    if (event.type === "caller_started") this.caller = { startedMs: atMs, endedMs: null };
    if (event.type === "caller_stopped") this.callerStopped(atMs);
    if (event.type === "agent_stopped") this.agentStopped(atMs);
    if (event.type === "agent_started" && event.latencyMs !== null) {
      this.measured = { atMs, latencyMs: event.latencyMs };
      const waiting = this.lines.get().findLast((line) => line.speaker === "agent");
      if (waiting !== undefined) this.give(waiting);
    }
  }

  /** A written line; `ref` is its name from now on. */
  addMessage(source: MessageKind, text: string, ref: string): void {
    this.update(messages.addMessage(this.lines.get(), source, text, ref, this.nowMs()));
  }

  accepted(ref: string): void {
    this.update(messages.messageAccepted(this.lines.get(), ref));
    this.reportEnded();
  }

  /** The text of the message that did not get through, if one was on its way. */
  messageFailed(ref = ""): string | null {
    const { lines, text } = messages.messageFailed(this.lines.get(), ref);
    this.update(lines);
    return text;
  }

  /** Nothing more will be said; what was in progress is stored as it stands. */
  close(): void {
    this.update(transcript.closed(this.lines.get()));
    this.reportEnded();
  }

  /** On the clock of the session. */
  nowMs(): number {
    return Math.max(0, Math.round(performance.now() - this.joinedAtMs));
  }

  private update(lines: Lines): void {
    this.lines.set(lines);
  }

  /** A line was begun or has grown. The words come later than the speech: where the sound was heard, its times count. */
  private heard(line: Line, begun: boolean): void {
    if (line.speaker === "agent") {
      if (begun) this.give(line);
    } else if (line.source === "voice" && this.caller !== null) {
      const { startedMs, endedMs } = this.caller;
      if (begun) this.time(line, { startedMs: Math.min(line.startedMs, startedMs) });
      if (endedMs !== null && endedMs > line.startedMs) this.time(line, { endedMs });
    }
  }

  /** The answer's line and its sound belong together when they began at nearly the same time. */
  private give(line: Line): void {
    const { measured } = this;
    if (measured === null || line.latencyMs !== null || line.source === "greeting" || line.source === "say") return;
    if (Math.abs(measured.atMs - line.startedMs) > TOGETHER_MS) return;
    const lines = this.lines.get();
    const older = lines.some(
      (other) => other.speaker === "user" && !isAside(other) && (other.turnId ?? Number.MAX_SAFE_INTEGER) > (line.turnId ?? 0),
    );
    if (older) return; // this line is the answer to something said before
    const typed = lines.find((other) => other.source === "typed" && other.turnId === line.turnId);
    if (typed && typed.startedMs > measured.atMs) return; // that sound, of the greeting or after a noise, was no answer to it
    this.measured = null;
    this.time(line, { startedMs: measured.atMs, latencyMs: typed ? null : measured.latencyMs });
  }

  private callerStopped(atMs: number): void {
    if (this.caller !== null) this.caller.endedMs = atMs;
    const line = this.lines.get().findLast((other) => other.speaker === "user" && other.source === "voice");
    if (line !== undefined && line.startedMs <= atMs && atMs - line.endedMs < TOGETHER_MS) this.time(line, { endedMs: atMs });
  }

  private agentStopped(atMs: number): void {
    const line = this.lines.get().findLast((other) => other.speaker === "agent");
    if (line !== undefined && line.startedMs <= atMs) this.time(line, { endedMs: atMs });
  }

  private time(line: Line, known: Parameters<typeof transcript.withTimes>[2]): void {
    this.update(transcript.withTimes(this.lines.get(), line.key, known));
    this.reportEnded();
  }

  /** The server replaces a turn that is reported again, so a turn whose times became more exact is reported again. */
  private reportEnded(): void {
    for (const line of this.lines.get()) {
      if (line.turnId === null || line.state === "interim" || line.state === "sending" || line.state === "failed") continue;
      const said = reportKey(line);
      if (this.reported.get(line.key) === said) continue;
      this.reported.set(line.key, said);
      this.report(asTurn(line));
    }
  }
}

function asTurn(line: Line): Turn {
  return {
    turn_id: line.turnId ?? 0,
    speaker: line.speaker,
    text: line.text,
    started_ms: line.startedMs,
    ended_ms: Math.max(line.startedMs, line.endedMs),
    source: line.source,
    interrupted: line.state === "interrupted",
    latency_ms: line.latencyMs,
  };
}

function reportKey(line: Line): string {
  return JSON.stringify(asTurn(line));
}
