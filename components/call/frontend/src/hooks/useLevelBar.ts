/** Moves an element with the microphone's level, without drawing React anew: sets `--level` (0..1) about 15 times a second. */

import { type RefObject, useEffect, useRef } from "react";
import { useCall } from "./useCall";

const EVERY_MS = 66;

export function useLevelBar<T extends HTMLElement>(on: boolean): RefObject<T | null> {
  const call = useCall();
  const element = useRef<T>(null);

  useEffect(() => {
    let shown = "";
    const show = (level: number) => {
      const text = level.toFixed(2);
      if (text === shown) return;
      shown = text;
      element.current?.style.setProperty("--level", text);
    };
    show(0);
    if (!on) return;
    const timer = setInterval(() => show(call.levels.mic), EVERY_MS);
    return () => clearInterval(timer);
  }, [call, on]);

  return element;
}
