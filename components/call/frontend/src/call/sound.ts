/** Detects speech from levels: when the caller stops, when the agent starts, and the latency between. Pure. */

/** Levels of both sides over 10 ms: time in ms, root mean squares 0..1. */
export interface Block {
  readonly atMs: number;
  readonly mic: number;
  readonly agent: number;
}

interface GateSettings {
  /** Levels below this are silence (root mean square, 0..1). */
  floor: number;
  /** Speech is at least this many times louder than the noise floor. */
  ratio: number;
  /** Speech starts after this many loud blocks in a row. */
  attack: number;
  /** Speech ends after this much silence, ms. */
  hangMs: number;
}

const MICROPHONE: GateSettings = { floor: 0.008, ratio: 3.5, attack: 5, hangMs: 200 };
const AGENT: GateSettings = { floor: 0.003, ratio: 3.5, attack: 2, hangMs: 250 };

type GateChange = "on" | "off" | null;

/** Detects speech on one side by comparing the level with an adaptive noise floor. */
class NoiseGate {
  on = false;
  /** Start and last loud block of the current or last speech, ms. */
  startedMs = Number.NEGATIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  private noise: number;
  private loud = 0;
  private firstLoudMs = 0;

  constructor(private readonly settings: GateSettings) {
    this.noise = this.quietest;
  }

  /** Lower bound of the noise floor: after digital silence (a muted microphone), background noise would count as speech. */
  private get quietest(): number {
    return this.settings.floor / this.settings.ratio / 4;
  }

  feed(atMs: number, level: number): GateChange {
    // The noise floor falls at once and rises by a factor of e in 5 s, so that a long sentence doesn't become the floor.
    this.noise = Math.max(this.quietest, Math.min(this.noise * 1.002, level));
    const isLoud = level > Math.max(this.settings.floor, this.noise * this.settings.ratio);
    if (isLoud && this.loud++ === 0) this.firstLoudMs = atMs;
    if (!isLoud) this.loud = 0;
    if (this.on) {
      if (isLoud) this.lastMs = atMs;
      else if (atMs - this.lastMs >= this.settings.hangMs) return this.turn(false);
      return null;
    }
    if (this.loud < this.settings.attack) return null;
    this.startedMs = this.firstLoudMs;
    this.lastMs = atMs;
    return this.turn(true);
  }

  private turn(on: boolean): GateChange {
    this.on = on;
    return on ? "on" : "off";
  }
}

/** Speech that started or stopped. */
export interface SoundEvent {
  type: "caller_started" | "caller_stopped" | "agent_started" | "agent_stopped";
  /** When it happened, ms; detection lags behind. */
  atMs: number;
  /** agent_started only: time since the caller's last sound; null when the caller has not spoken since the agent's last start. */
  latencyMs: number | null;
}

/** Detects speech on both sides of a call, and measures response latency. */
export class SpeechDetector {
  readonly caller = new NoiseGate(MICROPHONE);
  readonly agent = new NoiseGate(AGENT);
  /** The caller has spoken, and the agent hasn't started speaking since. */
  private unanswered = false;

  feed(block: Block): SoundEvent[] {
    const events: SoundEvent[] = [];
    const caller = this.caller.feed(block.atMs, block.mic);
    if (this.caller.on) this.unanswered = true;
    if (caller === "on") events.push({ type: "caller_started", atMs: this.caller.startedMs, latencyMs: null });
    if (caller === "off") events.push({ type: "caller_stopped", atMs: this.caller.lastMs, latencyMs: null });
    const agent = this.agent.feed(block.atMs, block.agent);
    if (agent === "off") events.push({ type: "agent_stopped", atMs: this.agent.lastMs, latencyMs: null });
    if (agent === "on") {
      const waited = Math.round(this.agent.startedMs - this.caller.lastMs);
      const answers = this.unanswered && !this.caller.on && waited >= 0;
      events.push({ type: "agent_started", atMs: this.agent.startedMs, latencyMs: answers ? waited : null });
      if (answers) this.unanswered = false;
    }
    return events;
  }
}

/** A level for display, 0..1: −55 dB is 0, −10 dB is 1. */
export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 55) / 45));
}
