/** One seat in one channel through Agora's unmodified Web SDK: join, publish the microphone, hear everybody, leave. */

import type { IAgoraRTCClient, ILocalVideoTrack, TurnServerConfig, UID } from "agora-rtc-sdk-ng";
import type { Ticket } from "../ticket";
import type { Processing } from "./devices";
import { OwnMicrophone } from "./own-microphone";
import { type Quality, qualityOf } from "./quality";
import type { Sdk } from "./software";
import { Subscriptions } from "./subscriptions";
import { within } from "./wait";

/** Where to sit. A uid of null lets Agora choose one; an edge of null is Agora's own network. */
export interface Address {
  readonly app_id: string;
  readonly channel: string;
  readonly token: string;
  readonly uid: number | null;
  readonly edge: Ticket["edge"];
}

export interface ChannelEvents {
  onUserJoined(uid: UID): void;
  onUserLeft(uid: UID, reason: string): void;
  /** A remote voice begins or ends. */
  onAudio(uid: UID, track: MediaStreamTrack | null): void;
  /** Whether to look at the picture of this one. */
  wantsVideo(uid: UID): boolean;
  /** A wanted picture begins; anybody's ends. */
  onVideo(uid: UID, track: MediaStreamTrack | null): void;
  onStreamMessage(uid: UID, piece: Uint8Array): void;
  onConnection(connected: boolean): void;
  /** Every 2 s while in the channel. */
  onQuality(quality: Quality): void;
  /** The SDK has given up; nothing comes back by itself. */
  onLost(reason: string): void;
  /** A new token is wanted: the old one ends soon, or has ended and the SDK has left the channel. */
  onTokenExpiring(): void;
  onMediaFault(what: string): void;
  /** One's own microphone stopped by itself. */
  onMicrophoneEnded(): void;
  onSpeakerRefused(): void;
}

const JOIN_MS = 15_000;
const PUBLISH_MS = 15_000;

export class RtcChannel {
  private readonly client: IAgoraRTCClient;
  private readonly microphone: OwnMicrophone;
  private readonly others: Subscriptions;
  private left = false;
  private expired = false;
  private readonly pictures = new Set<ILocalVideoTrack>();

  constructor(
    private readonly sdk: Sdk,
    private readonly address: Address,
    private readonly events: ChannelEvents,
  ) {
    this.client = sdk.createClient({ mode: "rtc", codec: "vp8" });
    this.microphone = new OwnMicrophone(sdk, this.client, () => events.onMicrophoneEnded());
    this.others = new Subscriptions(this.client, events);
    const { edge } = address;
    if (edge !== null) {
      const accessPoints = { serverList: [`ap.${edge.domain}`], domain: edge.domain, port: edge.port };
      const { relays = [] } = edge;
      // Afterwards the SDK refuses it. It takes RTCIceServers as they are, one address each, though its types name Agora's form only.
      const servers = relays.flatMap(({ urls, ...known }) => urls.map((url) => ({ urls: url, ...known })));
      if (servers.length > 0) this.client.setTurnServer(servers as unknown as TurnServerConfig);
      this.client.setLocalAccessPointsV2({ accessPoints });
    }
    this.watch();
  }

  /** Resolves with one's uid. Rejects with the SDK's error, or {@link TimedOut} after 15 s. */
  async join(token = this.address.token): Promise<UID> {
    const { app_id, channel, uid } = this.address;
    const joining = this.client.join(app_id, channel, token === "" ? null : token, uid);
    const mine = await within(JOIN_MS, "Joining the channel", joining);
    this.events.onConnection(true);
    return mine;
  }

  /** Asks for the microphone, or exchanges it for another. Rejects with the SDK's error. */
  async openMicrophone(id: string, processing: Processing): Promise<MediaStreamTrack | null> {
    return await this.microphone.open(id, processing);
  }

  /** Rejects with the SDK's error, or {@link TimedOut} after 15 s. */
  async publish(): Promise<void> {
    if (!this.left) await within(PUBLISH_MS, "Publishing the microphone", this.microphone.publish());
  }

  /** A voice that comes from no microphone. */
  async publishVoice(voice: MediaStreamTrack): Promise<void> {
    const track = this.sdk.createCustomAudioTrack({ mediaStreamTrack: voice, encoderConfig: "speech_standard" });
    if (!this.left) await this.client.publish(track);
  }

  async setMuted(muted: boolean): Promise<void> {
    await this.microphone.setMuted(muted);
  }

  /** One's own picture; a channel carries one of each. */
  async show(track: ILocalVideoTrack): Promise<void> {
    this.pictures.add(track);
    if (!this.left) await this.client.publish(track);
  }

  async hide(track: ILocalVideoTrack): Promise<void> {
    this.pictures.delete(track);
    if (!this.left) await this.client.unpublish(track);
  }

  /** Where the others are heard, and how loud (0..100): those that come later, too. */
  async setSpeaker(id: string): Promise<void> {
    await this.others.setSpeaker(id);
  }

  setVolume(volume: number): void {
    this.others.setVolume(volume);
  }

  /** Before the old token's end the call notices nothing; after it, this takes the seat again. */
  async renewToken(token: string): Promise<void> {
    if (!this.expired) {
      await this.client.renewToken(token);
      return;
    }
    await this.join(token);
    this.expired = false;
    await this.publish();
    for (const picture of this.pictures) await this.show(picture);
  }

  /** After a click: plays what the browser held back. */
  unblock(): void {
    this.sdk.resumeAudioContext();
    this.others.play();
  }

  /** Releases the microphone at once and leaves the channel; safe to call again and in the middle of a join. */
  async leave(): Promise<void> {
    if (this.left) return;
    this.left = true;
    this.microphone.close();
    this.others.close();
    await this.client.leave();
    this.client.removeAllListeners();
  }

  private watch(): void {
    const { client, events } = this;
    client.on("user-joined", (user) => events.onUserJoined(user.uid));
    client.on("user-left", (user, reason) => {
      events.onAudio(user.uid, null);
      events.onVideo(user.uid, null);
      events.onUserLeft(user.uid, reason);
    });
    client.on("user-published", (user, media) => {
      if (media === "audio") void this.others.hear(user);
      else if (media === "video" && events.wantsVideo(user.uid)) void this.others.see(user);
    });
    client.on("user-unpublished", (user, media) => {
      if (media === "audio") events.onAudio(user.uid, null);
      else events.onVideo(user.uid, null);
    });
    client.on("connection-state-change", (now, before, reason) => {
      if (this.left) return;
      if (now === "RECONNECTING") events.onConnection(false);
      else if (now === "CONNECTED" && before === "RECONNECTING") events.onConnection(true);
      else if (now === "DISCONNECTED" && reason === "TOKEN_EXPIRE") this.tokenEnded();
      else if (now === "DISCONNECTED" && before !== "CONNECTING") events.onLost(String(reason ?? ""));
    });
    client.on("stream-message", (uid: UID, piece: Uint8Array) => events.onStreamMessage(uid, piece));
    client.on("token-privilege-will-expire", () => events.onTokenExpiring());
    client.on("token-privilege-did-expire", () => this.tokenEnded());
    client.on("network-quality", ({ uplinkNetworkQuality, downlinkNetworkQuality }) =>
      events.onQuality(qualityOf(uplinkNetworkQuality, downlinkNetworkQuality)),
    );
  }

  /** The SDK has left the channel (it says so twice) and waits for a join with another token. */
  private tokenEnded(): void {
    if (this.left || this.expired) return;
    this.expired = true;
    this.events.onConnection(false);
    this.events.onTokenExpiring();
  }
}
