/** Listens to both sides of the call: levels for the eye, starts and stops of speech for the record. One AudioContext a call. */

import { LevelHistory } from "./level-history";
import { loudness, type SoundEvent, SpeechDetector } from "./sound";

const PROCESSOR = "greenroom-level-meter";
const CHUNK = 3;

export interface Levels {
  /** 0..1, for drawing. */
  mic: number;
  agent: number;
}

export class Meters {
  readonly levels: Levels = { mic: 0, agent: 0 };
  /** The last half minute, for the eye. */
  readonly levelHistory = new LevelHistory();
  muted = false;
  private context: AudioContext | null = null;
  private meter: AudioWorkletNode | null = null;
  private mix: Mix | null = null;
  private readonly sources = new Map<string, MediaStreamAudioSourceNode>();
  private readonly listener = new SpeechDetector();

  /** `onSound` gets times in performance.now() milliseconds. */
  constructor(private readonly onSound: (event: SoundEvent) => void) {}

  /** Resolves when levels flow. Without this the call works, only unmeasured. */
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

  /** A browser that has seen no click keeps the context asleep; call again after one. */
  async resume(): Promise<void> {
    if (this.context?.state === "suspended") await this.context.resume();
  }

  /** Listen to a track under a name: "mic" is the person, any other is an agent. null = no longer. */
  set(name: string, track: MediaStreamTrack | null): void {
    this.sources.get(name)?.disconnect();
    this.sources.delete(name);
    if (track === null || this.context === null) return;
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.sources.set(name, source);
    if (this.meter !== null) source.connect(this.meter, 0, inputOf(name));
    this.mix?.take(source, inputOf(name));
  }

  /** Both sides as one stereo stream, for the recorder: the person left, the agents right. Rejects before the sound flows. */
  async stream(): Promise<MediaStream> {
    const { context } = this;
    if (context === null) throw new Error("there is no sound yet");
    await this.resume(); // a context that sleeps keeps no time
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

  /** Stretches are measured in the context's own time, which no busy page can bend; only events are put on the page's clock. */
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

/** Two voices, a side each. */
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
