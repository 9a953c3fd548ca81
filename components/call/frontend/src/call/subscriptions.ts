/** Subscribes to the audio and video of everyone else in the channel, with retries after a lost connection, and plays the audio. */

import type { IAgoraRTCClient, IAgoraRTCRemoteUser, UID } from "agora-rtc-sdk-ng";
import { pause } from "./wait";

const SUBSCRIBE_TRIES = 5;
const SUBSCRIBE_PAUSE_MS = 400;

/** What a subscription reports. */
export interface SubscriptionEvents {
  onAudio(uid: UID, track: MediaStreamTrack | null): void;
  onVideo(uid: UID, track: MediaStreamTrack | null): void;
  onMediaFault(what: string): void;
  onSpeakerRefused(): void;
}

/** The remote tracks of one channel. */
export class Subscriptions {
  private speaker = "";
  private volume = 100;
  private closed = false;

  constructor(
    private readonly client: IAgoraRTCClient,
    private readonly events: SubscriptionEvents,
  ) {}

  async setSpeaker(id: string): Promise<void> {
    this.speaker = id;
    for (const { audioTrack } of this.client.remoteUsers) await audioTrack?.setPlaybackDevice(id === "" ? "default" : id);
  }

  setVolume(volume: number): void {
    this.volume = volume;
    for (const { audioTrack } of this.client.remoteUsers) audioTrack?.setVolume(volume);
  }

  /** Plays everyone again, after the browser had blocked playback. */
  play(): void {
    for (const user of this.client.remoteUsers) user.audioTrack?.play();
  }

  close(): void {
    this.closed = true;
    for (const user of this.client.remoteUsers) user.audioTrack?.stop();
  }

  async hear(user: IAgoraRTCRemoteUser): Promise<void> {
    await this.subscribe(
      user,
      () => user.hasAudio && user.audioTrack === undefined,
      async () => {
        const track = await this.client.subscribe(user, "audio");
        if (this.closed) return;
        track.play();
        track.setVolume(this.volume);
        if (this.speaker !== "") void track.setPlaybackDevice(this.speaker).catch(() => this.events.onSpeakerRefused());
        this.events.onAudio(user.uid, track.getMediaStreamTrack());
      },
    );
  }

  async see(user: IAgoraRTCRemoteUser): Promise<void> {
    await this.subscribe(
      user,
      () => user.hasVideo && user.videoTrack === undefined,
      async () => {
        const track = await this.client.subscribe(user, "video");
        if (!this.closed) this.events.onVideo(user.uid, track.getMediaStreamTrack());
      },
    );
  }

  /** Whether the user is still in the channel: the SDK keeps the flags of users who left, and rejects subscriptions to them. */
  private isHere(user: IAgoraRTCRemoteUser): boolean {
    return !this.closed && this.client.remoteUsers.some(({ uid }) => uid === user.uid);
  }

  /** Retries a failed subscription while it is still needed; the SDK doesn't retry. */
  private async subscribe(user: IAgoraRTCRemoteUser, lacking: () => boolean, once: () => Promise<void>): Promise<void> {
    for (let tries = 0; this.isHere(user) && (tries === 0 || lacking()); tries++) {
      try {
        await once();
        return;
      } catch (error) {
        if (tries === SUBSCRIBE_TRIES) {
          if (this.isHere(user)) this.events.onMediaFault(`subscribe: ${String(error)}`);
          return;
        }
        await pause(SUBSCRIBE_PAUSE_MS * (tries + 1));
      }
    }
  }
}
