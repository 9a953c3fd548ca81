/** Shows the microphone's level on an element without rendering: sets `--level` (0..1) about 15 times per second. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useCall } from "./useCall";

const EVERY_MS = 66;
/** While the level stays the same: waking up is most of the cost. */
const CALM_MS = 200;

export function useLevelBar<T extends HTMLElement>(on: boolean): RefObject<T | null> {
  const call = useCall();
  const element = useRef<T>(null);

  useEffect(() => {
    let shown = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (level: number): boolean => {
      const text = level.toFixed(2);
      if (text === shown) return false;
      shown = text;
      element.current?.style.setProperty("--level", text);
      return true;
    };
    const follow = () => {
      timer = setTimeout(follow, show(call.levels.mic) ? EVERY_MS : CALM_MS);
    };
    show(0);
    if (on) follow();
    return () => clearTimeout(timer);
  }, [call, on]);

  return element;
}
