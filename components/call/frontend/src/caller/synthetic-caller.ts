/** A simulated caller: joins the channel with Agora's unmodified SDK, and plays given samples instead of a microphone. */

import { type Address, type ChannelEvents, RtcChannel } from "../call/channel";
import { joinProblem } from "../call/problems";
import { installShim } from "../call/shim";
import { loadSdk } from "../call/software";
import { base64Of, samplesOf } from "./samples";

const RATE = 48_000;
const PROCESSOR = "greenroom-caller-voice";

/** What a simulated caller joins. */
export interface CallerSeat extends Address {
  readonly agent_uid: number;
  /** The caller's background noise: 16-bit samples at 48 kHz, base64. */
  readonly room: string;
}

/** What the page reports: audio of both sides, the start of a line, a packet of the agent's data stream, and disconnections. */
export type CallerMessage =
  | { kind: "ready" | "agent_left" | "lost" }
  | { kind: "sound"; frame: number; heard: string; said: string }
  | { kind: "began"; frame: number }
  | { kind: "piece"; data: string };

interface Chunk {
  began?: number;
  frame?: number;
  heard?: Int16Array | null;
  said?: Int16Array;
}

/** A channel in which audio is published that comes from no microphone. */
class CallerChannel extends RtcChannel {
  /** Rejects with the SDK's error. */
  async publishAudio(audio: MediaStreamTrack): Promise<void> {
    await this.client.publish(this.sdk.createCustomAudioTrack({ mediaStreamTrack: audio, encoderConfig: "speech_standard" }));
  }
}

/** One simulated caller, from {@link join} until {@link leave}. */
export class SyntheticCaller {
  private channel: CallerChannel | null = null;
  private context: AudioContext | null = null;
  private voice: AudioWorkletNode | null = null;
  private source: MediaStreamAudioSourceNode | null = null;

  constructor(
    private readonly tell: (message: CallerMessage) => void,
    private readonly worklet: string,
  ) {}

  /** Joins and publishes. Resolves to "", or to why it failed. */
  async join(seat: CallerSeat): Promise<string> {
    try {
      if (seat.edge !== null) installShim(seat.edge);
      const sdk = await loadSdk();
      const voice = await this.openVoice(samplesOf(seat.room));
      this.channel = new CallerChannel(sdk, seat, this.events(seat.agent_uid));
      await this.channel.join();
      await this.channel.publishAudio(voice);
      return "";
    } catch (error) {
      return joinProblem(error).message;
    }
  }

  /** Plays a line (16-bit samples at 48 kHz, base64); a {@link CallerMessage} reports when it started. */
  say(line: string): void {
    const samples = samplesOf(line);
    this.voice?.port.postMessage(samples, [samples.buffer]);
  }

  async leave(): Promise<void> {
    await this.channel?.leave();
    await this.context?.close();
  }

  private async openVoice(room: Int16Array): Promise<MediaStreamTrack> {
    const context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    this.context = context;
    await context.audioWorklet.addModule(this.worklet);
    const mono = { channelCount: 1, channelCountMode: "explicit" } as const;
    const voice = new AudioWorkletNode(context, PROCESSOR, {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      outputChannelCount: [1],
      ...mono,
      processorOptions: { room },
    });
    voice.port.onmessage = ({ data }: MessageEvent<Chunk>) => this.take(data);
    this.voice = voice;
    const mouth = new MediaStreamAudioDestinationNode(context, mono);
    voice.connect(mouth);
    await context.resume();
    const track = mouth.stream.getAudioTracks()[0];
    if (track === undefined) throw new Error("The browser made no audio track.");
    return track;
  }

  private take({ began, frame, heard, said }: Chunk): void {
    if (began !== undefined) this.tell({ kind: "began", frame: began });
    if (frame === undefined || said === undefined) return;
    this.tell({ kind: "sound", frame, heard: heard ? base64Of(heard) : "", said: base64Of(said) });
  }

  /** Records the agent's audio track; null stops. */
  private hear(track: MediaStreamTrack | null): void {
    this.source?.disconnect();
    this.source = null;
    if (track === null || this.context === null || this.voice === null) return;
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
    this.source.connect(this.voice);
  }

  private events(agent: number): ChannelEvents {
    const isAgent = (uid: string | number) => String(uid) === String(agent);
    const nothing = () => undefined;
    return {
      wantsVideo: () => false,
      onUserJoined: nothing,
      onUserLeft: (uid) => isAgent(uid) && this.tell({ kind: "agent_left" }),
      onAudio: (uid, track) => isAgent(uid) && this.hear(track),
      onVideo: nothing,
      onStreamMessage: (uid, piece) => isAgent(uid) && this.tell({ kind: "piece", data: base64Of(piece) }),
      onConnection: nothing,
      onQuality: nothing,
      onLost: () => this.tell({ kind: "lost" }),
      onTokenExpiring: nothing,
      onMediaFault: nothing,
      onMicrophoneEnded: nothing,
      onSpeakerRefused: nothing,
    };
  }
}
