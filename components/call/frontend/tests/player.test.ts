import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LISTENING } from "../src/call/activity";
import { pauseSounds } from "../src/call/page-sounds";
import { Player } from "../src/timeline/player";
import { drawWave } from "../src/timeline/wave";

/** The browser's player, which the test moves. */
class PlayedSound {
  static newest: PlayedSound;
  currentTime = 0;
  paused = true;
  playbackRate = 1;
  preload = "";
  preservesPitch = false;
  allowed = true;
  private readonly acts = new Map<string, () => void>();

  constructor(readonly address: string) {
    PlayedSound.newest = this;
  }

  addEventListener(type: string, act: () => void): void {
    this.acts.set(type, act);
  }

  emit(type: string): void {
    this.acts.get(type)?.();
  }

  async play(): Promise<void> {
    if (!this.allowed) throw new Error("no click yet");
    this.paused = false;
    this.emit("play");
  }

  pause(): void {
    this.paused = true;
    this.emit("pause");
  }

  removeAttribute(): void {}
}

let moves: [number, boolean][];
let problems: string[];
let dispatched: string[];
const player = (address: string | null) =>
  new Player(
    address,
    10_000,
    (ms, playing) => moves.push([ms, playing]),
    (why) => problems.push(why),
  );

beforeEach(() => {
  [moves, problems, dispatched] = [[], [], []];
  vi.stubGlobal("Audio", PlayedSound);
  const page = Object.assign(new EventTarget(), { devicePixelRatio: 1 });
  const tell = page.dispatchEvent.bind(page);
  page.dispatchEvent = (event) => dispatched.push(event.type) > 0 && tell(event);
  vi.stubGlobal("window", page);
  vi.stubGlobal("requestAnimationFrame", () => 1);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
});
afterEach(() => vi.unstubAllGlobals());

describe("the timeline's player", () => {
  it("plays the recording, which counts as activity", async () => {
    const recorded = player("/sound.webm");
    await recorded.play();
    PlayedSound.newest.currentTime = 2.5;
    expect([recorded.canPlay, recorded.playing, recorded.nowMs, dispatched]).toEqual([true, true, 2500, [LISTENING]]);
    recorded.speed = 1.5;
    expect(PlayedSound.newest.playbackRate).toBe(1.5);
    recorded.pause();
    expect(moves.at(-1)).toEqual([2500, false]);
    recorded.close();
  });

  it("moves a playhead within the call without a recording", async () => {
    const silent = player(null);
    await silent.play();
    for (const ms of [4000, -5, 99_999]) silent.seek(ms);
    expect([silent.canPlay, silent.playing, moves]).toEqual([
      false,
      false,
      [
        [4000, false],
        [0, false],
        [10_000, false],
      ],
    ]);
    silent.close();
  });

  it("pauses when a call starts, like every sound of the page except the channel's audio", async () => {
    const recorded = player("/sound.webm");
    await recorded.play();
    const [sample, voice] = [new PlayedSound("/sample.wav"), Object.assign(new PlayedSound(""), { srcObject: {} })];
    for (const sound of [sample, voice]) await sound.play();
    pauseSounds({ querySelectorAll: () => [Object.assign(sample, { srcObject: null }), voice] } as unknown as Document);
    expect([recorded.playing, sample.paused, voice.paused]).toEqual([false, true, false]);
  });

  it("doesn't play before a click, and reports a missing recording", async () => {
    const recorded = player("/sound.webm");
    PlayedSound.newest.allowed = false;
    await recorded.play();
    expect(recorded.playing).toBe(false);
    PlayedSound.newest.emit("error");
    expect(problems[0]).toContain("Couldn't play the recording");
    recorded.seek(3000);
    expect(PlayedSound.newest.currentTime).toBe(3);
  });
});

describe("the waveform of a recording", () => {
  it("has bars as tall as their peaks, in full color where played, up to the end of the recording", () => {
    const bars: [number, number, number][] = [];
    const context = { clearRect: () => undefined, fillStyle: "", globalAlpha: 1, fillRect: () => undefined as unknown };
    context.fillRect = ((x: number, _y: number, _w: number, tall: number) => bars.push([x, tall, context.globalAlpha])) as never;
    const canvas = { width: 0, height: 0, getBoundingClientRect: () => ({ width: 30, height: 100 }), getContext: () => context };
    drawWave(canvas as unknown as HTMLCanvasElement, new Uint8Array([0, 255, 0, 255, 0]), 0.5, 0.2, "green");
    expect(bars.map(([x]) => x)).toEqual([0, 3, 6, 9, 12]);
    expect(bars.map(([, tall]) => Math.round(tall))).toEqual([2, 96, 2, 96, 2]);
    expect(bars.map(([, , alpha]) => alpha)).toEqual([1, 1, 1, 0.38, 0.38]);
    bars.length = 0;
    canvas.getBoundingClientRect = () => ({ width: 0, height: 0 });
    drawWave(canvas as unknown as HTMLCanvasElement, new Uint8Array([1]), 1, 1, "green");
    expect(bars).toEqual([]);
  });
});
