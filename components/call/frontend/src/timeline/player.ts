/** The position in the timeline: of the recording, or without one, of a playhead that can only be moved. */

import { LISTENING } from "../call/activity";
import { CALL_BEGINS } from "../call/page-sounds";

/** The selectable playback speeds. */
export const SPEEDS: readonly number[] = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** Plays one recording, until {@link close}. */
export class Player {
  readonly canPlay: boolean;
  private readonly sound: HTMLAudioElement | null;
  private handMs = 0;
  private frame = 0;

  constructor(
    address: string | null,
    private readonly lengthMs: number,
    private readonly onMoved: (ms: number, playing: boolean) => void,
    onProblem: (why: string) => void,
  ) {
    this.canPlay = address !== null;
    this.sound = address === null ? null : new Audio(address);
    if (this.sound === null) return;
    window.addEventListener(CALL_BEGINS, this.pause);
    this.sound.preload = "metadata";
    this.sound.preservesPitch = true;
    for (const type of ["play", "pause", "seeked", "ended", "loadedmetadata"] as const)
      this.sound.addEventListener(type, () => this.report());
    this.sound.addEventListener("error", () =>
      onProblem("Couldn't play the recording. It may have been deleted, or its link may have expired. Reload the page."),
    );
  }

  get nowMs(): number {
    return this.sound === null ? this.handMs : this.sound.currentTime * 1000;
  }

  get playing(): boolean {
    return this.sound !== null && !this.sound.paused;
  }

  set speed(speed: number) {
    if (this.sound !== null) this.sound.playbackRate = speed;
  }

  /** Without a click before, browsers block playback; then nothing happens. */
  async play(): Promise<void> {
    await this.sound?.play().catch(() => undefined);
  }

  readonly pause = (): void => this.sound?.pause();

  seek(ms: number): void {
    const to = Math.min(this.lengthMs, Math.max(0, ms));
    this.handMs = to;
    if (this.sound !== null) this.sound.currentTime = to / 1000;
    this.onMoved(to, this.playing);
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    window.removeEventListener(CALL_BEGINS, this.pause);
    this.sound?.pause();
    this.sound?.removeAttribute("src");
  }

  private report(): void {
    cancelAnimationFrame(this.frame);
    this.onMoved(this.nowMs, this.playing);
    if (this.playing) window.dispatchEvent(new Event(LISTENING));
    if (this.playing) this.frame = requestAnimationFrame(() => this.report());
  }
}
