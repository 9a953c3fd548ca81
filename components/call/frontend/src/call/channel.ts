/** A client in a channel, on Agora's unmodified Web SDK: join, publish the microphone, subscribe to everyone else, leave. */

import type { IAgoraRTCClient, ILocalVideoTrack, TurnServerConfig, UID } from "agora-rtc-sdk-ng";
import type { Ticket } from "../ticket";
import type { Processing } from "./devices";
import { OwnMicrophone } from "./own-microphone";
import { type Quality, qualityOf } from "./quality";
import type { Sdk } from "./software";
import { Subscriptions } from "./subscriptions";
import { within } from "./wait";

/** What to join, and as whom. `uid` null: Agora chooses one. `edge` null: Agora's own network. */
export interface Address {
  readonly app_id: string;
  readonly channel: string;
  readonly token: string;
  readonly uid: number | null;
  readonly edge: Ticket["edge"];
}

/** What happens in the channel. Tracks are null when they end. */
export interface ChannelEvents {
  onUserJoined(uid: UID): void;
  onUserLeft(uid: UID, reason: string): void;
  /** A remote audio track starts or ends (null). */
  onAudio(uid: UID, track: MediaStreamTrack | null): void;
  /** Whether to subscribe to this user's video. */
  wantsVideo(uid: UID): boolean;
  /** A subscribed video starts; null: a user's video ended. */
  onVideo(uid: UID, track: MediaStreamTrack | null): void;
  onStreamMessage(uid: UID, piece: Uint8Array): void;
  onConnection(connected: boolean): void;
  /** Every 2 s while in the channel. */
  onQuality(quality: Quality): void;
  /** The SDK has given up reconnecting. */
  onLost(reason: string): void;
  /** The token expires soon, or has expired and the SDK has left the channel: call {@link RtcChannel.renewToken}. */
  onTokenExpiring(): void;
  onMediaFault(what: string): void;
  /** The microphone's track ended, for example because it was unplugged. */
  onMicrophoneEnded(): void;
  onSpeakerRefused(): void;
}

const JOIN_MS = 15_000;
const PUBLISH_MS = 15_000;

/** One client in one channel, from {@link join} until {@link leave}; it can't join again after that. */
export class RtcChannel {
  protected readonly client: IAgoraRTCClient;
  private readonly microphone: OwnMicrophone;
  private readonly others: Subscriptions;
  private left = false;
  private expired = false;
  private readonly pictures = new Set<ILocalVideoTrack>();

  constructor(
    protected readonly sdk: Sdk,
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
      // Must come before setLocalAccessPointsV2. The SDK accepts RTCIceServers with one address each, though its types don't say so.
      const servers = relays.flatMap(({ urls, ...known }) => urls.map((url) => ({ urls: url, ...known })));
      if (servers.length > 0) this.client.setTurnServer(servers as unknown as TurnServerConfig);
      this.client.setLocalAccessPointsV2({ accessPoints });
    }
    this.watch();
  }

  /** Resolves to this client's uid. Rejects with the SDK's error, or {@link TimedOut} after 15 s. */
  async join(token = this.address.token): Promise<UID> {
    const { app_id, channel, uid } = this.address;
    const joining = this.client.join(app_id, channel, token === "" ? null : token, uid);
    const mine = await within(JOIN_MS, "Joining the channel", joining);
    this.events.onConnection(true);
    return mine;
  }

  /** Opens the microphone, or replaces it with another; "" is the system default. Rejects with the SDK's error. */
  async openMicrophone(id: string, processing: Processing): Promise<MediaStreamTrack | null> {
    return await this.microphone.open(id, processing);
  }

  /** Rejects with the SDK's error, or {@link TimedOut} after 15 s. */
  async publish(): Promise<void> {
    if (!this.left) await within(PUBLISH_MS, "Publishing the microphone", this.microphone.publish());
  }

  async setMuted(muted: boolean): Promise<void> {
    await this.microphone.setMuted(muted);
  }

  /** Publishes a video track; a client can publish one. */
  async show(track: ILocalVideoTrack): Promise<void> {
    this.pictures.add(track);
    if (!this.left) await this.client.publish(track);
  }

  async hide(track: ILocalVideoTrack): Promise<void> {
    this.pictures.delete(track);
    if (!this.left) await this.client.unpublish(track);
  }

  /** The speaker for everyone else, also for users who join later; "" is the system default. */
  async setSpeaker(id: string): Promise<void> {
    await this.others.setSpeaker(id);
  }

  setVolume(volume: number): void {
    this.others.setVolume(volume);
  }

  /** Renews the token before it expires; after that, joins again with the new one and republishes. */
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

  /** After a click: plays the audio that the browser had blocked. */
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

  /** The SDK has left the channel (it reports that twice) and can join again with a new token. */
  private tokenEnded(): void {
    if (this.left || this.expired) return;
    this.expired = true;
    this.events.onConnection(false);
    this.events.onTokenExpiring();
  }
}
