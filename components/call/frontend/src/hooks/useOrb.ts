/** Animates the orb on a canvas; each state blends from the one before. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Levels } from "../call/meters";
import type { Look } from "../call/state";
import { readColor } from "../orb/color";
import { OrbMotion } from "../orb/motion";

export function useOrb(look: Look, dark: boolean, levels: () => Levels): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  const before = useRef<OrbMotion | null>(null);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const color = readColor(getComputedStyle(element).color);
    const motion = new OrbMotion(element, context, { look, color, dark, calm }, levels, before.current);
    before.current = motion;
    const resized = new ResizeObserver(() => void motion.draw(performance.now()));
    resized.observe(element);
    return () => {
      motion.stop();
      resized.disconnect();
    };
  }, [look, dark, levels]);

  return canvas;
}
