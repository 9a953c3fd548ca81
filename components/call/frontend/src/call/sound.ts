/** From levels to facts: when the caller stopped speaking, when the agent was first heard, and the time between. Pure. */

/** 10 ms of both sides: when it was heard (ms), and its root mean square (0..1). */
export interface Block {
  readonly atMs: number;
  readonly mic: number;
  readonly agent: number;
}

interface GateSettings {
  /** Never speech below this level. */
  floor: number;
  /** Speech is this many times louder than the noise of the channel. */
  ratio: number;
  /** This many blocks in a row begin it. */
  attack: number;
  /** Silence of this length (ms) ends it. */
  hangMs: number;
}

const MICROPHONE: GateSettings = { floor: 0.008, ratio: 3.5, attack: 5, hangMs: 200 };
const AGENT: GateSettings = { floor: 0.003, ratio: 3.5, attack: 2, hangMs: 250 };

export type GateChange = "on" | "off" | null;

/** Tells speech from silence on one side, by level against the quietest level of late. */
export class NoiseGate {
  on = false;
  /** When the present or last stretch of speech began and was last heard, ms. */
  startedMs = Number.NEGATIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  private noise: number;
  private loud = 0;
  private firstLoudMs = 0;

  constructor(private readonly settings: GateSettings) {
    this.noise = this.quietest;
  }

  /** Digital silence (a muted microphone) must not make the next hum of the room look like speech for long. */
  private get quietest(): number {
    return this.settings.floor / this.settings.ratio / 4;
  }

  feed(atMs: number, level: number): GateChange {
    // The floor of noise falls at once and rises by a factor of e in 5 s, so that a long sentence does not become the floor.
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

export interface SoundEvent {
  type: "caller_started" | "caller_stopped" | "agent_started" | "agent_stopped";
  /** When it really happened (the gate needs a moment to be sure). */
  atMs: number;
  /** agent_started only: time since the caller's last sound; null when the caller has not spoken since the agent's last start. */
  latencyMs: number | null;
}

/** Watches both sides of a call. */
export class SpeechDetector {
  readonly caller = new NoiseGate(MICROPHONE);
  readonly agent = new NoiseGate(AGENT);
  /** The caller has spoken, and the agent has not begun a sound since. */
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

/** 0..1 for the eye: −55 dB is nothing, −10 dB is all. */
export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 55) / 45));
}
