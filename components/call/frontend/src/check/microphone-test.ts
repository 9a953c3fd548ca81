/** Measures a microphone's level without a call. What is opened here is closed here. */

import type { Processing } from "../call/devices";
import { Meters } from "../call/meters";

export class MicrophoneTest {
  private stream: MediaStream | null = null;
  private meters: Meters | null = null;
  private attempt = 0;

  constructor(private readonly assets: string) {}

  /** 0..1 */
  get level(): number {
    return this.meters?.levels.mic ?? 0;
  }

  /**
   * Opens this microphone ("" = the system default) instead of the one before. False: it was closed, or another one was opened,
   * before this one was open. Rejects with the browser's error, if that still matters.
   */
  async open(id: string, { echo, noise, gain }: Processing): Promise<boolean> {
    this.close();
    const attempt = ++this.attempt;
    const device = id === "" ? {} : { deviceId: { exact: id } };
    const audio = { ...device, echoCancellation: echo, noiseSuppression: noise, autoGainControl: gain };
    const meters = new Meters(() => undefined);
    let stream: MediaStream | null = null;
    let problem: unknown = null;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio });
      await meters.open(this.assets);
    } catch (error) {
      problem = error;
    }
    if (problem === null && stream !== null && attempt === this.attempt) {
      this.stream = stream;
      this.meters = meters;
      meters.set("mic", stream.getAudioTracks()[0] ?? null);
      return true;
    }
    if (stream !== null) stop(stream);
    await meters.close();
    if (attempt !== this.attempt) return false;
    throw problem;
  }

  close(): void {
    this.attempt++;
    if (this.stream !== null) stop(this.stream);
    void this.meters?.close();
    this.stream = this.meters = null;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
