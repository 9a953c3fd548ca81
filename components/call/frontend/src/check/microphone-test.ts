/** One's microphone measured and one's speaker sounded, without a call. What is opened here is closed here. */

import type { Processing } from "../call/devices";
import { Meters } from "../call/meters";
import { pause } from "../call/wait";

/** Two notes, a fifth apart; loud enough to be sure, short enough not to annoy. */
const NOTES: readonly (readonly [hertz: number, atS: number])[] = [
  [523.25, 0],
  [783.99, 0.35],
];
const CHIME_S = 1.1;
const LOUDNESS = 0.25;

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
   * before this one was there. Rejects with the browser's error, if that still matters.
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

/** Sounds two notes on this speaker ("" = the system's). Resolves when they are over; rejects when the speaker cannot be used. */
export async function playTestSound(speaker: string): Promise<void> {
  const context = new AudioContext();
  const player = new Audio();
  try {
    const out = context.createMediaStreamDestination();
    for (const [hertz, atS] of NOTES) {
      const note = new OscillatorNode(context, { frequency: hertz });
      const loud = new GainNode(context, { gain: 0 });
      const at = context.currentTime + atS;
      loud.gain.setValueAtTime(0, at);
      loud.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      note.connect(loud).connect(out);
      note.start(at);
      note.stop(at + 0.65);
    }
    player.srcObject = out.stream;
    if (speaker !== "") await player.setSinkId(speaker);
    await player.play();
    await pause(CHIME_S * 1000);
  } finally {
    player.srcObject = null;
    await context.close();
  }
}
