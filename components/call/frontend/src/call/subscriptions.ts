/** The voices and pictures of everyone else in the channel: subscribed to, played, and tried again after a lost connection. */

import type { IAgoraRTCClient, IAgoraRTCRemoteUser, UID } from "agora-rtc-sdk-ng";
import { pause } from "./wait";

const SUBSCRIBE_TRIES = 5;
const SUBSCRIBE_PAUSE_MS = 400;

export interface SubscriptionEvents {
  onVoice(uid: UID, track: MediaStreamTrack | null): void;
  onPicture(uid: UID, track: MediaStreamTrack | null): void;
  onFault(what: string): void;
  onSpeakerRefused(): void;
}

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

  /** Plays everyone again, after the browser had held them back. */
  play(): void {
    for (const user of this.client.remoteUsers) user.audioTrack?.play();
  }

  close(): void {
    this.closed = true;
    for (const user of this.client.remoteUsers) user.audioTrack?.stop();
  }

  async hear(user: IAgoraRTCRemoteUser): Promise<void> {
    await this.subscribe(
      () => user.hasAudio && user.audioTrack === undefined,
      async () => {
        const track = await this.client.subscribe(user, "audio");
        if (this.closed) return;
        track.play();
        track.setVolume(this.volume);
        if (this.speaker !== "") void track.setPlaybackDevice(this.speaker).catch(() => this.events.onSpeakerRefused());
        this.events.onVoice(user.uid, track.getMediaStreamTrack());
      },
    );
  }

  async see(user: IAgoraRTCRemoteUser): Promise<void> {
    await this.subscribe(
      () => user.hasVideo && user.videoTrack === undefined,
      async () => {
        const track = await this.client.subscribe(user, "video");
        if (!this.closed) this.events.onPicture(user.uid, track.getMediaStreamTrack());
      },
    );
  }

  /** A subscription that a lost connection cut off is tried again; the SDK does not do that by itself. */
  private async subscribe(wanted: () => boolean, once: () => Promise<void>, tries = 0): Promise<void> {
    try {
      await once();
    } catch (error) {
      if (this.closed || !wanted()) return;
      if (tries === SUBSCRIBE_TRIES) {
        this.events.onFault(`subscribe: ${String(error)}`);
        return;
      }
      await pause(SUBSCRIBE_PAUSE_MS * (tries + 1));
      if (!this.closed && wanted()) await this.subscribe(wanted, once, tries + 1);
    }
  }
}
