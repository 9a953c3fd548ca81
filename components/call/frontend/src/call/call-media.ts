/** The media of a call: SDK, channel, microphone, message stream and meters, opened in order and closed together. */

import type { Ticket } from "../ticket";
import { type AgentMessageEvents, AgentMessages } from "./agent-messages";
import type { Camera } from "./camera";
import { type ChannelEvents, RtcChannel } from "./channel";
import { DeviceSwitcher } from "./device-switcher";
import type { Devices } from "./devices";
import type { LevelHistory } from "./level-history";
import { type Levels, Meters } from "./meters";
import type { Quality } from "./quality";
import type { Recorder } from "./recorder";
import { installShim } from "./shim";
import { callSoftware } from "./software";
import type { SoundEvent } from "./sound";
import type { Microphone, Step } from "./state";

/** What outlives the call: devices, camera and recording setting. */
export interface LocalMedia {
  readonly devices: Devices;
  readonly camera: Camera;
  readonly recorder: Recorder;
}

/** What the media of a call report. */
export interface MediaEvents extends AgentMessageEvents {
  onStep(step: Step): void;
  onMicrophone(microphone: Microphone): void;
  onAgentSeen(): void;
  onAgentGone(reason: string): void;
  onSound(event: SoundEvent): void;
  /** The avatar's video starts or ends (null). */
  onVideo(track: MediaStreamTrack | null): void;
  onSoundBlocked(): void;
  onConnection(connected: boolean): void;
  onQuality(quality: Quality): void;
  onLost(reason: string): void;
  onTokenExpiring(): void;
  /** An entry for the event log that needs no attention. */
  onLog(kind: string, detail: string): void;
}

/** Opens and closes the media of one call. */
export class CallMedia {
  private readonly meters: Meters;
  private channel: RtcChannel | null = null;
  private switcher: DeviceSwitcher | null = null;
  private messages: AgentMessages | null = null;
  private closed = false;
  private opened = false;
  /** The avatar's video that came before this call took over. */
  private video: MediaStreamTrack | null = null;

  constructor(
    private readonly ticket: Ticket,
    private readonly events: MediaEvents,
    private readonly assets: string,
    private readonly own: LocalMedia,
    /** Another call has the camera, the recorder and the toolkit, until {@link takeOver}. */
    private background: boolean,
  ) {
    this.meters = new Meters((event) => {
      if (event.type === "agent_started") this.messages?.sounded(event.atMs);
      events.onSound(event);
    });
  }

  get levels(): Levels {
    return this.meters.levels;
  }

  get levelHistory(): LevelHistory {
    return this.meters.levelHistory;
  }

  /** Resolves when the microphone is published, or early if closed meanwhile. Rejects with the SDK's error or {@link TimedOut}. */
  async open(): Promise<void> {
    if (this.ticket.edge !== null) installShim(this.ticket.edge);
    const [sdk, toolkit] = await callSoftware();
    if (this.closed) return;
    sdk.onAutoplayFailed = () => this.events.onSoundBlocked();
    const channel = new RtcChannel(sdk, this.ticket, this.channelEvents());
    this.channel = channel;
    this.messages = new AgentMessages(toolkit, this.ticket.channel, this.events);
    if (!this.background) await this.messages.open();
    if (this.closed) return this.messages.close();
    void this.meters.open(this.assets).catch((error: unknown) => this.events.onLog("meters_failed", String(error)));
    const joining = channel.join().then(() => this.events.onStep("channel"));
    await Promise.all([joining, this.openMicrophone(channel)]);
    await channel.publish();
    if (this.closed) return;
    this.opened = true;
    if (!this.background) this.attach(channel);
    if (this.ticket.held) await this.setMuted(true);
  }

  /** The call before has closed its media. */
  async takeOver(): Promise<void> {
    this.background = false;
    if (this.video !== null) this.events.onVideo(this.video);
    if (this.opened && this.channel !== null && !this.closed) this.attach(this.channel);
    await this.messages?.open();
    if (this.closed) this.messages?.close();
  }

  private attach(channel: RtcChannel): void {
    void this.own.camera.attach(channel);
    if (!this.ticket.held) this.record();
  }

  /** Starts a held call: unmutes and, if recording is on, starts recording. */
  async release(): Promise<void> {
    this.record();
    await this.setMuted(false);
  }

  private record(): void {
    if (!this.closed) this.own.recorder.attach(this.meters, this.ticket, performance.now() - this.ticket.elapsed_ms);
  }

  async setMuted(muted: boolean): Promise<void> {
    this.meters.muted = muted;
    await this.channel?.setMuted(muted);
  }

  /** After a click: plays and measures the audio that the browser had blocked. */
  async unblock(): Promise<void> {
    this.channel?.unblock();
    await this.meters.resume();
  }

  async renewToken(token: string): Promise<void> {
    await this.channel?.renewToken(token);
  }

  /** Releases the microphone at once and leaves the channel. Safe to call while opening. */
  close(): void {
    this.closed = true;
    this.switcher?.close();
    if (!this.background) {
      this.own.camera.close();
      this.own.recorder.close();
    }
    this.messages?.close();
    void this.meters.close();
    void this.channel?.leave().catch((error: unknown) => console.warn("Leaving the channel:", String(error)));
  }

  /** Without a microphone the call continues: the caller listens and types. */
  private async openMicrophone(channel: RtcChannel): Promise<void> {
    const { events } = this;
    events.onMicrophone("asked");
    this.switcher = new DeviceSwitcher(this.own.devices, channel, {
      onMicrophone: (microphone, track) => {
        this.meters.set("mic", track);
        events.onMicrophone(microphone);
      },
      onLog: (kind, detail) => events.onLog(kind, detail),
    });
    await this.switcher.open();
    events.onStep("microphone");
  }

  private showVideo(track: MediaStreamTrack | null): void {
    if (this.background) this.video = track;
    else this.events.onVideo(track);
  }

  private channelEvents(): ChannelEvents {
    const { events } = this;
    const isAgent = (uid: string | number) => String(uid) === String(this.ticket.agent_uid);
    return {
      onUserJoined: (uid) => isAgent(uid) && events.onAgentSeen(),
      onUserLeft: (uid, reason) => isAgent(uid) && events.onAgentGone(reason),
      onAudio: (uid, track) => this.meters.set(`voice/${uid}`, track),
      wantsVideo: (uid) => uid === this.ticket.avatar_uid,
      onVideo: (uid, track) => uid === this.ticket.avatar_uid && this.showVideo(track),
      onStreamMessage: (uid, piece) => this.messages?.take(uid, piece),
      onConnection: (connected) => events.onConnection(connected),
      onQuality: (quality) => events.onQuality(quality),
      onLost: (reason) => events.onLost(reason),
      onTokenExpiring: () => events.onTokenExpiring(),
      onMediaFault: (what) => events.onLog("media_fault", what),
      onMicrophoneEnded: () => this.switcher?.lost(),
      onSpeakerRefused: () => this.switcher?.speakerRefused(),
    };
  }
}
