/** Measures both sides of a call: levels for display, and when speech starts and stops. One AudioContext per call. */

import { LevelHistory } from "./level-history";
import { loudness, type SoundEvent, SpeechDetector } from "./sound";

const PROCESSOR = "greenroom-level-meter";
const CHUNK = 3;

/** Levels of caller and agents. */
export interface Levels {
  /** 0..1, for display. */
  mic: number;
  agent: number;
}

/** Measures tracks from {@link open} until {@link close}. */
export class Meters {
  readonly levels: Levels = { mic: 0, agent: 0 };
  /** The last 30 s, for display. */
  readonly levelHistory = new LevelHistory();
  muted = false;
  private context: AudioContext | null = null;
  private meter: AudioWorkletNode | null = null;
  private mix: Mix | null = null;
  private readonly sources = new Map<string, MediaStreamAudioSourceNode>();
  private readonly listener = new SpeechDetector();

  /** `onSound` gets times in performance.now() milliseconds. */
  constructor(private readonly onSound: (event: SoundEvent) => void) {}

  /** Resolves when levels are measured. A call works without. Rejects if the worklet can't be loaded. */
  async open(assets: string): Promise<void> {
    const context = new AudioContext({ latencyHint: "interactive" });
    this.context = context;
    await context.audioWorklet.addModule(new URL("level-meter.js", assets).href);
    if (this.context !== context) return; // closed meanwhile
    this.meter = new AudioWorkletNode(context, PROCESSOR, {
      numberOfInputs: 2,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: "explicit",
    });
    this.meter.port.onmessage = ({ data }: MessageEvent<number[]>) => this.take(data);
    for (const [name, source] of this.sources) source.connect(this.meter, 0, inputOf(name));
    await this.resume();
  }

  /** Browsers suspend the context until the user has clicked; call this after a click. */
  async resume(): Promise<void> {
    if (this.context?.state === "suspended") await this.context.resume();
  }

  /** Measures a track under a name: "mic" is the caller, any other an agent. null removes it. */
  set(name: string, track: MediaStreamTrack | null): void {
    this.sources.get(name)?.disconnect();
    this.sources.delete(name);
    if (track === null || this.context === null) return;
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.sources.set(name, source);
    if (this.meter !== null) source.connect(this.meter, 0, inputOf(name));
    this.mix?.take(source, inputOf(name));
  }

  /** Both sides as one stereo stream for recording: caller left, agents right. Rejects before {@link open}. */
  async stream(): Promise<MediaStream> {
    const { context } = this;
    if (context === null) throw new Error("there is no sound yet");
    await this.resume(); // a suspended context's clock stands still
    if (this.mix === null) {
      this.mix = new Mix(context);
      for (const [name, source] of this.sources) this.mix.take(source, inputOf(name));
    }
    return this.mix.stream;
  }

  async close(): Promise<void> {
    for (const name of [...this.sources.keys()]) this.set(name, null);
    const context = this.context;
    this.context = null;
    if (this.meter !== null) this.meter.port.onmessage = null;
    this.meter?.disconnect();
    this.meter = null;
    this.mix?.close();
    this.mix = null;
    this.levels.mic = this.levels.agent = 0;
    if (context !== null && context.state !== "closed") await context.close();
  }

  /** Durations are measured on the context's clock, which a busy page doesn't delay; events are converted to the page's clock. */
  private take(batch: readonly number[]): void {
    if (this.context === null) return;
    const offsetMs = performance.now() - this.context.currentTime * 1000;
    let [mic, agent] = [0, 0];
    for (let i = 0; i + CHUNK <= batch.length; i += CHUNK) {
      const heard = this.muted ? 0 : (batch[i + 1] ?? 0);
      const block = { atMs: (batch[i] ?? 0) * 1000, mic: heard, agent: batch[i + 2] ?? 0 };
      mic = Math.max(mic, block.mic);
      agent = Math.max(agent, block.agent);
      for (const event of this.listener.feed(block)) this.onSound({ ...event, atMs: event.atMs + offsetMs });
    }
    this.levels.mic = loudness(mic);
    this.levels.agent = loudness(agent);
    this.levelHistory.push(performance.now(), this.levels.mic, this.levels.agent);
  }
}

/** Mixes caller and agents into the two channels of a stereo stream. */
class Mix {
  private readonly sides: readonly [GainNode, GainNode];
  private readonly target: MediaStreamAudioDestinationNode;

  constructor(context: AudioContext) {
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    const side = (input: number) => {
      const gain = new GainNode(context, { channelCount: 1, channelCountMode: "explicit" });
      gain.connect(merger, 0, input);
      return gain;
    };
    this.sides = [side(0), side(1)];
    this.target = new MediaStreamAudioDestinationNode(context, {
      channelCount: 2,
      channelCountMode: "explicit",
      channelInterpretation: "discrete",
    });
    merger.connect(this.target);
  }

  get stream(): MediaStream {
    return this.target.stream;
  }

  take(source: AudioNode, side: 0 | 1): void {
    source.connect(this.sides[side]);
  }

  close(): void {
    for (const side of this.sides) side.disconnect();
    for (const track of this.target.stream.getTracks()) track.stop();
  }
}

function inputOf(name: string): 0 | 1 {
  return name === "mic" ? 0 : 1;
}
