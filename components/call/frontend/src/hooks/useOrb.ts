/** Runs the orb on a canvas: blends from state to state in 180 ms, follows the voices, and rests when nothing moves. */

import { type RefObject, useEffect, useRef } from "react";
import type { Look } from "../call/machine";
import type { Levels } from "../call/meters";
import { mix, type Rgb, readColour } from "../orb/colour";
import { blend, FORMS, type Form, isStill } from "../orb/form";
import { paint } from "../orb/paint";

const BLEND_MS = 200;
const FRAME_MS = 38;
/** Beyond this a sharper picture is not seen, only paid for. */
const DENSEST = 2;
/** With "reduce motion" the orb is a level meter, not an animation. */
const CALM_FRAME_MS = 250;
/** How often a picture that did not change is looked at again, without a frame of the screen: that would cost as much as drawing. */
const LOOK_MS = 80;

interface Shown {
  form: Form;
  colour: Rgb;
}

export function useOrb(look: Look, dark: boolean, levels: () => Levels): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef<Shown | null>(null);
  const turned = useRef(0);

  useEffect(() => {
    const element = canvas.current;
    const brush = element?.getContext("2d");
    if (!element || !brush) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const target: Shown = { form: FORMS[look], colour: readColour(getComputedStyle(element).color) };
    const from = shown.current ?? target;
    const began = performance.now();
    const heard = { mic: 0, agent: 0 };
    let [last, frame, painted] = [0, 0, ""];
    let lookAgain: ReturnType<typeof setTimeout> | undefined;

    /** False when the picture stayed as it was. */
    const draw = (now: number): boolean => {
      const share = calm ? 1 : ease(Math.min(1, (now - began) / BLEND_MS));
      const form = blend(from.form, target.form, share);
      const colour = mix(from.colour, target.colour, share);
      shown.current = { form, colour };
      const side = fit(element, brush);
      const seconds = calm ? 0 : now / 1000;
      if (!calm) turned.current = (turned.current + (form.spin * Math.min(now - last, 100)) / 1000) % 1;
      const level = levels();
      heard.mic += (level.mic - heard.mic) * (level.mic > heard.mic ? 0.6 : 0.18);
      heard.agent += (level.agent - heard.agent) * (level.agent > heard.agent ? 0.6 : 0.2);
      const upright = form.spin < 0.01 ? 0 : turned.current;
      const moves = share < 1 || form.spin > 0 || form.voice > 0;
      const seen = moves ? "" : `${side} ${heard.mic.toFixed(2)}`;
      if (seen !== "" && seen === painted) return false; // a silent listener looks the same from frame to frame
      painted = seen;
      paint(brush, side, { form, colour, dark, seconds, turned: upright, ...heard });
      return true;
    };

    const next = (): void => void (frame = requestAnimationFrame(loop));
    const loop = (now: number): void => {
      const rests = isStill(look) && now - began > BLEND_MS + FRAME_MS;
      const due = now - last >= (calm ? CALM_FRAME_MS : FRAME_MS) || rests;
      const changed = due && draw(now);
      if (due) last = now;
      if (rests) return;
      if (due && !changed) lookAgain = setTimeout(() => loop(performance.now()), LOOK_MS);
      else next();
    };
    next();
    const resized = new ResizeObserver(() => draw(performance.now()));
    resized.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(lookAgain);
      resized.disconnect();
    };
  }, [look, dark, levels]);

  return canvas;
}

/** Keeps the canvas as sharp as the screen; returns its side in CSS pixels. */
function fit(element: HTMLCanvasElement, brush: CanvasRenderingContext2D): number {
  const side = Math.max(1, Math.min(element.clientWidth, element.clientHeight));
  const density = Math.min(window.devicePixelRatio || 1, DENSEST);
  const pixels = Math.round(side * density);
  if (element.width !== pixels) {
    element.width = pixels;
    element.height = pixels;
  }
  brush.setTransform(density, 0, 0, density, 0, 0);
  return side;
}

function ease(share: number): number {
  return 1 - (1 - share) ** 3;
}
