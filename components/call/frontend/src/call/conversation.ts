/** The conversation of one call: keeps the lines, adds times and latencies, and reports every finished turn to the server. */

import type { FieldsFromStage } from "../protocol";
import type { RecordedTurn } from "../ticket";
import { isAside, type Line, type Lines, type MessageKind, type TranscriptUpdate } from "./line";
import { caughtUp } from "./restored";
import * as messages from "./sent-messages";
import type { SoundEvent } from "./sound";
import type { Store } from "./store";
import * as transcript from "./transcript";

/** A reply's first audio and first words arrive within this time of each other. */
const TOGETHER_MS = 3000;

type Turn = FieldsFromStage<"turn">;

export class Conversation {
  private readonly reported = new Map<string, string>();
  private joinedAtMs = performance.now();
  /** A measured reply whose line hasn't arrived yet. */
  private measured: { atMs: number; latencyMs: number } | null = null;
  /** The caller's current or last speech; no end while it lasts. */
  private caller: { startedMs: number; endedMs: number | null } | null = null;

  constructor(
    private readonly lines: Store<Lines>,
    private readonly report: (turn: Turn) => void,
  ) {
    // Lines restored after a reload are already stored.
    for (const line of lines.get()) this.reported.set(line.key, reportKey(line));
  }

  /** The start of the session's clock: `elapsedMs` ago. */
  joined(elapsedMs = 0): void {
    this.joinedAtMs = performance.now() - elapsedMs;
  }

  hear(items: readonly TranscriptUpdate[]): void {
    const before = new Map(this.lines.get().map((line) => [line.key, line]));
    this.update(transcript.merge(this.lines.get(), items, this.nowMs()));
    for (const line of this.lines.get()) if (before.get(line.key) !== line) this.heard(line, !before.has(line.key));
    this.reportEnded();
  }

  /** A stored turn that this page may have missed while it was disconnected from the channel. */
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

  /** Adds a sent message; `ref` identifies it from now on. */
  addMessage(source: MessageKind, text: string, ref: string): void {
    this.update(messages.addMessage(this.lines.get(), source, text, ref, this.nowMs()));
  }

  accepted(ref: string): void {
    this.update(messages.messageAccepted(this.lines.get(), ref));
    this.reportEnded();
  }

  /** The text of the message that couldn't be sent; null if none was being sent. */
  messageFailed(ref = ""): string | null {
    const { lines, text } = messages.messageFailed(this.lines.get(), ref);
    this.update(lines);
    return text;
  }

  /** The call is over: unfinished turns are final, and reported. */
  close(): void {
    this.update(transcript.closed(this.lines.get()));
    this.reportEnded();
  }

  /** Milliseconds on the session's clock. */
  nowMs(): number {
    return Math.max(0, Math.round(performance.now() - this.joinedAtMs));
  }

  private update(lines: Lines): void {
    this.lines.set(lines);
  }

  /** A line is new or has grown. Words arrive after the speech, so the times of the audio are used where there are any. */
  private heard(line: Line, begun: boolean): void {
    if (line.speaker === "agent") {
      if (begun) this.give(line);
    } else if (line.source === "voice" && this.caller !== null) {
      const { startedMs, endedMs } = this.caller;
      if (begun) this.time(line, { startedMs: Math.min(line.startedMs, startedMs) });
      if (endedMs !== null && endedMs > line.startedMs) this.time(line, { endedMs });
    }
  }

  /** Gives the line the measured latency if its text and audio started at nearly the same time. */
  private give(line: Line): void {
    const { measured } = this;
    if (measured === null || line.latencyMs !== null || line.source === "greeting" || line.source === "say") return;
    if (Math.abs(measured.atMs - line.startedMs) > TOGETHER_MS) return;
    const lines = this.lines.get();
    const older = lines.some(
      (other) => other.speaker === "user" && !isAside(other) && (other.turnId ?? Number.MAX_SAFE_INTEGER) > (line.turnId ?? 0),
    );
    if (older) return; // this line replies to an earlier turn
    const typed = lines.find((other) => other.source === "typed" && other.turnId === line.turnId);
    if (typed && typed.startedMs > measured.atMs) return; // that audio, a greeting or a reply to noise, didn't answer it
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

  /** Reports finished turns, again if their times became more precise: the server replaces a turn that is reported again. */
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
