import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Look } from "../src/call/state";
import { FORMS } from "../src/orb/form";
import { OrbMotion } from "../src/orb/motion";

/** Keeps what is drawn. */
function paper() {
  const strokes: string[] = [];
  const gradient = { addColorStop: () => undefined };
  const draw =
    (name: string) =>
    (...values: unknown[]) => {
      strokes.push(`${name} ${values.join()}`);
      return gradient;
    };
  const context = new Proxy<Record<string, unknown>>({}, { get: (own, name) => own[String(name)] ?? draw(String(name)) });
  const canvas = { clientWidth: 200, clientHeight: 240, width: 0, height: 0 };
  return { strokes, context: context as unknown as CanvasRenderingContext2D, canvas: canvas as unknown as HTMLCanvasElement };
}

const COLOR = [10, 120, 90] as const;
const levels = { mic: 0, agent: 0 };
let frames: FrameRequestCallback[];
const look = (name: Look, calm = false) => ({ look: name, color: COLOR, dark: false, calm });

beforeEach(() => {
  frames = [];
  levels.mic = levels.agent = 0;
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", (act: FrameRequestCallback) => frames.push(act));
  vi.stubGlobal("cancelAnimationFrame", () => frames.splice(0));
  vi.stubGlobal("window", { devicePixelRatio: 3 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the orb", () => {
  it("is drawn at the screen's density, at most 2", () => {
    const { canvas, context } = paper();
    new OrbMotion(canvas, context, look("listening"), () => levels, null).draw(performance.now());
    expect([canvas.width, canvas.height]).toEqual([400, 400]);
  });

  it.each<Look>(["speaking", "thinking", "listening", "idle"])("draws %s", (name) => {
    const { canvas, context, strokes } = paper();
    const motion = new OrbMotion(canvas, context, look(name), () => ({ mic: 0.4, agent: 0.6 }), null);
    vi.advanceTimersByTime(500);
    motion.draw(performance.now());
    expect(strokes.filter((stroke) => stroke.startsWith("fill"))).not.toEqual([]);
  });

  it("draws a frame from before the start of its motion as the start", () => {
    const { canvas, context, strokes } = paper();
    const small = { shown: { form: { ...FORMS.idle, size: 0.3 }, color: COLOR }, turned: 0 };
    new OrbMotion(canvas, context, look("idle"), () => levels, small).draw(performance.now() - 600);
    const radii = strokes.filter((stroke) => stroke.startsWith("createRadialGradient")).map((stroke) => stroke.split(",")[2]);
    expect(radii.map(Number).filter((radius) => radius < 0)).toEqual([]);
  });

  it("redraws while listening only if the level changes", () => {
    const { canvas, context } = paper();
    const motion = new OrbMotion(canvas, context, look("listening", true), () => levels, null);
    vi.advanceTimersByTime(500);
    expect(motion.draw(performance.now())).toBe(true);
    expect(motion.draw(performance.now() + 40)).toBe(false);
    levels.mic = 0.8;
    expect(motion.draw(performance.now() + 80)).toBe(true);
  });

  it("blends from the previous state, and stops", () => {
    const { canvas, context } = paper();
    const before = new OrbMotion(canvas, context, look("idle"), () => levels, null);
    const after = new OrbMotion(canvas, context, { ...look("speaking"), color: [200, 0, 0] }, () => levels, before);
    after.draw(performance.now() + 100);
    expect(after.shown.color[0]).toBeGreaterThan(COLOR[0]);
    expect(after.shown.color[0]).toBeLessThan(200);
    for (const frame of frames.splice(0)) frame(performance.now() + 400);
    after.stop();
    expect([frames, vi.getTimerCount()]).toEqual([[], 0]);
  });
});
