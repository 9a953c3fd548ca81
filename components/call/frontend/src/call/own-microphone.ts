/** The published microphone track, which can be replaced during a call and keeps its mute state. */

import type { ILocalTrack, IMicrophoneAudioTrack } from "agora-rtc-sdk-ng";
import type { Processing } from "./devices";
import type { Sdk } from "./software";

interface Channel {
  publish(track: ILocalTrack): Promise<unknown>;
  unpublish(track: ILocalTrack): Promise<unknown>;
}

export class OwnMicrophone {
  private track: IMicrophoneAudioTrack | null = null;
  private published = false;
  private muted = false;
  private closed = false;

  /** `onEnded`: the track ended, for example because the microphone was unplugged. */
  constructor(
    private readonly sdk: Sdk,
    private readonly channel: Channel,
    private readonly onEnded: () => void,
  ) {}

  /** Opens a microphone, which may show a permission prompt; "" is the system default. Rejects with the SDK's error. */
  async open(id: string, { echo, noise, gain }: Processing): Promise<MediaStreamTrack | null> {
    const track = await this.sdk.createMicrophoneAudioTrack({
      AEC: echo,
      ANS: noise,
      AGC: gain,
      encoderConfig: "speech_standard",
      ...(id === "" ? {} : { microphoneId: id }),
    });
    if (this.closed) {
      track.close();
      return null;
    }
    track.on("track-ended", () => this.track === track && this.onEnded());
    const before = this.track;
    this.track = track;
    if (this.muted) await track.setMuted(true); // before it is heard
    // A new track instead of `setDevice`, which can't change the browser's audio processing.
    if (before !== null && this.published) await this.channel.unpublish(before);
    before?.close();
    if (this.published) await this.publish();
    return track.getMediaStreamTrack();
  }

  async publish(): Promise<void> {
    this.published = true;
    if (this.track !== null && !this.closed) await this.channel.publish(this.track);
  }

  async setMuted(muted: boolean): Promise<void> {
    this.muted = muted;
    await this.track?.setMuted(muted);
  }

  close(): void {
    this.closed = true;
    this.track?.stop();
    this.track?.close();
    this.track = null;
  }
}
