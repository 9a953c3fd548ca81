/** The shape of the orb in each state, as numbers that can be blended. Pure. */

import type { Look } from "../call/state";

/** The parameters of a shape. */
export interface Form {
  /** Radius of the body; 1 fills the canvas. */
  size: number;
  /** 0 = filled, 1 = only its outline. */
  hollow: number;
  /** How much of the outline is drawn, 0..1. */
  arc: number;
  /** Turns per second. */
  spin: number;
  /** How strongly the agent's voice bends the outline. */
  voice: number;
  /** How strongly the microphone swells the body. */
  swell: number;
  /** 1 = a ring around the body. */
  ring: number;
  /** 1 = three bodies apart. */
  three: number;
  /** 1 = cut in two halves. */
  cut: number;
  /** 1 = a rounded square. */
  square: number;
  /** 1 = a rounded triangle. */
  triangle: number;
  /** Strength of the light around it. */
  glow: number;
}

const ROUND: Form = {
  size: 0.62,
  hollow: 0,
  arc: 1,
  spin: 0,
  voice: 0,
  swell: 0,
  ring: 0,
  three: 0,
  cut: 0,
  square: 0,
  triangle: 0,
  glow: 0.5,
};

/** The shape of each state. */
export const FORMS: Record<Look, Form> = {
  idle: { ...ROUND, hollow: 0.55, glow: 0.3 },
  joining: { ...ROUND, hollow: 1, arc: 0.7, spin: 0.55, glow: 0.3 },
  listening: { ...ROUND, size: 0.5, swell: 1, ring: 1, glow: 0.75 },
  thinking: { ...ROUND, size: 0.6, three: 1, spin: 0.28, glow: 0.5 },
  speaking: { ...ROUND, size: 0.54, voice: 1, glow: 1 },
  interrupted: { ...ROUND, size: 0.58, cut: 1, glow: 0.7 },
  error: { ...ROUND, size: 0.6, triangle: 1, glow: 0.35 },
  ended: { ...ROUND, size: 0.48, square: 1, hollow: 0.55, glow: 0.12 },
};

/** Whether the state is drawn without animation. */
export function isStill(look: Look): boolean {
  return look === "idle" || look === "ended" || look === "error";
}

/** From `from` towards `to`; 0 = from, 1 = to. */
export function blend(from: Form, to: Form, share: number): Form {
  const mixed = { ...to };
  for (const key of Object.keys(to) as (keyof Form)[]) mixed[key] = from[key] + (to[key] - from[key]) * share;
  return mixed;
}

/** The outline's distance from the center at an angle (radians), 1 = the body's radius; `voice` is the agent's loudness 0..1. */
export function outline(form: Form, angle: number, seconds: number, voice: number): number {
  const power = 2 + form.square * 3.5;
  const squared = (Math.abs(Math.cos(angle)) ** power + Math.abs(Math.sin(angle)) ** power) ** (-1 / power);
  const triangle = 1 + form.triangle * (corner(angle + Math.PI / 2, 3) * 1.42 - 1);
  const depth = form.voice * (0.025 + 0.2 * voice);
  const wave =
    Math.sin(2 * angle + seconds * 1.9) * 0.4 +
    Math.sin(3 * angle - seconds * 2.7) * 0.4 +
    Math.sin(5 * angle + seconds * 3.7) * 0.25;
  return squared * triangle * (1 + depth * wave);
}

/** The outline of a regular polygon with a corner at angle 0 and corners at distance 1. */
function corner(angle: number, sides: number): number {
  const sector = (Math.PI * 2) / sides;
  const inside = (((angle % sector) + sector) % sector) - sector / 2;
  return Math.cos(sector / 2) / Math.cos(inside);
}
