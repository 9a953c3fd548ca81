/** Animates the orb: blends from one state to the next, follows the levels, and rests while nothing changes. */

import type { Levels } from "../call/meters";
import type { Look } from "../call/state";
import { mix, type Rgb } from "./color";
import { blend, FORMS, type Form, isStill } from "./form";
import { paint } from "./paint";

const BLEND_MS = 200;
const FRAME_MS = 38;
/** Pixels per CSS pixel; a sharper picture costs more and looks the same. */
const DENSEST = 2;
/** With "reduce motion", the orb is a level meter, not an animation. */
const CALM_FRAME_MS = 250;
/** How often an unchanged orb is checked, without requesting an animation frame, which would cost as much as drawing. */
const CHECK_MS = 120;

/** A shape in a color. */
export interface Shown {
  form: Form;
  color: Rgb;
}

/** The state to blend to; `calm`: the system asks for reduced motion. */
export interface Appearance {
  look: Look;
  color: Rgb;
  dark: boolean;
  calm: boolean;
}

/** Animates the orb in one state, until {@link stop}. */
export class OrbMotion {
  /** What is on the canvas now; the next motion blends from it. */
  shown: Shown;
  /** Rotation of the shape, 0..1 of a turn. */
  turned: number;
  private readonly from: Shown;
  private readonly began = performance.now();
  private readonly heard = { mic: 0, agent: 0 };
  private last = 0;
  private frame = 0;
  private painted = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly context: CanvasRenderingContext2D,
    private readonly to: Appearance,
    private readonly levels: () => Levels,
    before: { shown: Shown; turned: number } | null,
  ) {
    this.from = before?.shown ?? { form: FORMS[to.look], color: to.color };
    this.shown = this.from;
    this.turned = before?.turned ?? 0;
    this.next();
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
  }

  /** Draws one frame; false if it is the same as the one before. */
  draw(now: number): boolean {
    const { calm, dark, look, color } = this.to;
    // On a busy page, the time of a frame may be before the start of the motion.
    const share = calm ? 1 : ease(Math.min(1, Math.max(0, now - this.began) / BLEND_MS));
    const form = blend(this.from.form, FORMS[look], share);
    this.shown = { form, color: mix(this.from.color, color, share) };
    const side = fitted(this.canvas, this.context);
    if (!calm) this.turned = (this.turned + (form.spin * Math.min(now - this.last, 100)) / 1000) % 1;
    this.hear();
    const moves = share < 1 || form.spin > 0 || form.voice > 0;
    const seen = moves ? "" : `${side} ${this.heard.mic.toFixed(2)}`;
    if (seen !== "" && seen === this.painted) return false; // unchanged without a level
    this.painted = seen;
    const turned = form.spin < 0.01 ? 0 : this.turned;
    paint(this.context, side, { form, color: this.shown.color, dark, seconds: calm ? 0 : now / 1000, turned, ...this.heard });
    return true;
  }

  /** Smooths the levels: they rise fast and fall slowly. */
  private hear(): void {
    const level = this.levels();
    this.heard.mic += (level.mic - this.heard.mic) * (level.mic > this.heard.mic ? 0.6 : 0.18);
    this.heard.agent += (level.agent - this.heard.agent) * (level.agent > this.heard.agent ? 0.6 : 0.2);
  }

  private next(): void {
    this.frame = requestAnimationFrame((now) => this.loop(now));
  }

  private loop(now: number): void {
    const rests = isStill(this.to.look) && now - this.began > BLEND_MS + FRAME_MS;
    const due = rests || now - this.last >= (this.to.calm ? CALM_FRAME_MS : FRAME_MS);
    const changed = due && this.draw(now);
    if (due) this.last = now;
    if (rests) return;
    if (due && !changed) this.timer = setTimeout(() => this.loop(performance.now()), CHECK_MS);
    else this.next();
  }
}

/** Matches the canvas to the screen's pixel density; returns its side in CSS pixels. */
function fitted(element: HTMLCanvasElement, context: CanvasRenderingContext2D): number {
  const side = Math.max(1, Math.min(element.clientWidth, element.clientHeight));
  const density = Math.min(window.devicePixelRatio || 1, DENSEST);
  const pixels = Math.round(side * density);
  if (element.width !== pixels) {
    element.width = pixels;
    element.height = pixels;
  }
  context.setTransform(density, 0, 0, density, 0, 0);
  return side;
}

function ease(share: number): number {
  return 1 - (1 - share) ** 3;
}
