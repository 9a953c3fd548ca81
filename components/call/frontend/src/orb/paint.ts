/** Draws the orb on a canvas from its shape, color and levels. */

import { type Form, outline } from "./form";

/** One frame of the orb. */
export interface Frame {
  form: Form;
  /** [r, g, b], 0..255 */
  color: readonly [number, number, number];
  /** On a dark page, the glow is stronger and the highlight paler. */
  dark: boolean;
  seconds: number;
  /** Rotation in turns, 0..1. */
  turned: number;
  /** Loudness, 0..1. */
  mic: number;
  agent: number;
}

const POINTS = 120;
const FULL = Math.PI * 2;

/** Draws a frame; `side` of the square canvas in CSS pixels. */
export function paint(context: CanvasRenderingContext2D, side: number, frame: Frame): void {
  const { form } = frame;
  const reach = side / 2;
  context.clearRect(0, 0, side, side);
  context.save();
  context.translate(reach, reach);
  const radius = reach * form.size * (1 + form.swell * frame.mic * 0.16 + form.voice * frame.agent * 0.1);
  glow(context, reach, radius, frame);
  if (form.ring > 0.01) rings(context, radius, reach, frame);
  context.rotate(frame.turned * FULL);
  if (form.voice > 0.01) echoes(context, radius, frame);
  body(context, radius, frame);
  context.restore();
  if (form.triangle > 0.6) mark(context, reach, radius, frame);
}

function rgba([r, g, b]: Frame["color"], alpha: number): string {
  return `rgba(${Math.round(r)},${Math.round(g)},${Math.round(b)},${alpha.toFixed(3)})`;
}

function glow(context: CanvasRenderingContext2D, reach: number, radius: number, frame: Frame): void {
  const loud = Math.max(frame.mic * frame.form.swell, frame.agent * frame.form.voice);
  const strength = frame.form.glow * (frame.dark ? 0.42 : 0.26) * (0.65 + 0.6 * loud);
  const light = context.createRadialGradient(0, 0, radius * 0.6, 0, 0, reach);
  light.addColorStop(0, rgba(frame.color, strength));
  light.addColorStop(0.45, rgba(frame.color, strength * 0.35));
  light.addColorStop(1, rgba(frame.color, 0));
  context.fillStyle = light;
  context.fillRect(-reach, -reach, reach * 2, reach * 2);
}

/** Listening: three rings, which the caller's level pushes outwards. */
function rings(context: CanvasRenderingContext2D, radius: number, reach: number, frame: Frame): void {
  const room = reach * 0.97 - radius;
  const { ring } = frame.form;
  for (const [share, alpha, width] of [
    [0.3, 0.55, 0.016],
    [0.62, 0.3, 0.012],
    [0.95, 0.16, 0.01],
  ] as const) {
    const pushed = radius + room * share * (0.62 + 0.38 * frame.mic);
    context.beginPath();
    context.arc(0, 0, pushed, 0, FULL);
    context.lineWidth = Math.max(1, reach * width);
    context.strokeStyle = rgba(frame.color, alpha * ring * (share < 0.4 ? 1 : 0.25 + 0.75 * frame.mic));
    context.stroke();
  }
}

/** Speaking: paler copies of the body around it, further out at higher levels. */
function echoes(context: CanvasRenderingContext2D, radius: number, frame: Frame): void {
  for (const [further, alpha, behind] of [
    [0.28, 0.13, 0.5],
    [0.14, 0.24, 0.22],
  ] as const) {
    const spread = radius * (1 + further * frame.form.voice * (0.35 + 0.65 * frame.agent));
    trace(context, spread, frame, frame.seconds - behind);
    context.fillStyle = rgba(frame.color, alpha * frame.form.voice);
    context.fill();
  }
}

function trace(context: CanvasRenderingContext2D, radius: number, frame: Frame, seconds: number): void {
  context.beginPath();
  for (let i = 0; i <= POINTS; i++) {
    const angle = (i / POINTS) * FULL;
    const distance = radius * outline(frame.form, angle, seconds, frame.agent);
    context.lineTo(Math.cos(angle) * distance, Math.sin(angle) * distance);
  }
  context.closePath();
}

function body(context: CanvasRenderingContext2D, radius: number, frame: Frame): void {
  const { form } = frame;
  const solid = 1 - form.hollow;
  context.fillStyle = shade(context, radius, frame, solid);
  if (form.three > 0.02) threeBodies(context, radius, form.three);
  else if (form.cut > 0.02) halves(context, radius, form.cut);
  else {
    const soft = form.triangle * 0.24 * radius; // a stroke in the fill's color rounds the corners
    context.translate(0, form.triangle * radius * 0.14);
    trace(context, radius - soft, frame, frame.seconds);
    context.fill();
    if (soft > 1) {
      context.lineJoin = "round";
      context.lineWidth = soft * 2;
      context.strokeStyle = context.fillStyle;
      context.stroke();
    }
  }
  if (form.hollow > 0.02) ringOutline(context, radius, frame);
}

/** Lit from the upper left, a little deeper at the lower right. */
function shade(context: CanvasRenderingContext2D, radius: number, frame: Frame, solid: number): CanvasGradient {
  const lift = frame.dark ? 0.3 : 0.26;
  const [r, g, b] = frame.color;
  const pale = [r + (255 - r) * lift, g + (255 - g) * lift, b + (255 - b) * lift] as const;
  const deep = [r * 0.84, g * 0.84, b * 0.84] as const;
  const fill = context.createRadialGradient(-radius * 0.4, -radius * 0.5, 0, -radius * 0.1, -radius * 0.15, radius * 1.35);
  const alpha = 0.07 + 0.93 * solid;
  fill.addColorStop(0, rgba(pale, alpha));
  fill.addColorStop(0.5, rgba(frame.color, alpha));
  fill.addColorStop(1, rgba(deep, alpha));
  return fill;
}

function threeBodies(context: CanvasRenderingContext2D, radius: number, apart: number): void {
  context.beginPath();
  const small = radius * (1 - 0.58 * apart);
  for (let i = 0; i < 3; i++) {
    const angle = (i / 3) * FULL - Math.PI / 2;
    const [x, y] = [Math.cos(angle) * radius * 0.66 * apart, Math.sin(angle) * radius * 0.66 * apart];
    context.moveTo(x + small, y);
    context.arc(x, y, small, 0, FULL);
  }
  context.fill();
}

function halves(context: CanvasRenderingContext2D, radius: number, cut: number): void {
  const gap = radius * 0.12 * cut;
  context.save();
  context.rotate(-0.6 * cut);
  for (const side of [0, 1]) {
    context.beginPath();
    const shift = (side === 0 ? -1 : 1) * gap;
    context.arc(shift, (side === 0 ? -1 : 1) * gap * 0.9, radius, Math.PI / 2 + side * Math.PI, Math.PI * 1.5 + side * Math.PI);
    context.closePath();
    context.fill();
  }
  context.restore();
}

function ringOutline(context: CanvasRenderingContext2D, radius: number, frame: Frame): void {
  const { form } = frame;
  context.lineWidth = Math.max(1.5, radius * 0.034);
  context.lineCap = "round";
  trace(context, radius, frame, frame.seconds);
  context.strokeStyle = rgba(frame.color, form.hollow * (form.arc < 0.99 ? 0.2 : 0.75));
  context.stroke();
  if (form.arc > 0.99) return;
  context.beginPath();
  context.arc(0, 0, radius, -Math.PI / 2, -Math.PI / 2 + FULL * form.arc * 0.45);
  context.strokeStyle = rgba(frame.color, form.hollow);
  context.stroke();
}

/** The exclamation mark in the triangle. */
function mark(context: CanvasRenderingContext2D, reach: number, radius: number, frame: Frame): void {
  context.fillStyle = frame.dark ? "rgba(20,16,16,0.85)" : "rgba(255,255,255,0.95)";
  context.beginPath();
  const width = radius * 0.15;
  context.roundRect(reach - width / 2, reach - radius * 0.44, width, radius * 0.5, width / 2);
  context.roundRect(reach - width / 2, reach + radius * 0.2, width, width, width / 2);
  context.fill();
}
