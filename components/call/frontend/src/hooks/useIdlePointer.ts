/** True when pointer and keyboard have rested for a while over a full-screen element: its controls can be hidden. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const REST_MS = 2500;

export function useIdlePointer(element: RefObject<HTMLElement | null>, on: boolean): boolean {
  const [resting, setResting] = useState(false);

  useEffect(() => {
    const target = element.current;
    if (target === null || !on) return;
    let timer = setTimeout(() => setResting(true), REST_MS);
    const moved = () => {
      clearTimeout(timer);
      setResting(false);
      timer = setTimeout(() => setResting(true), REST_MS);
    };
    for (const type of ["pointermove", "pointerdown"] as const) target.addEventListener(type, moved);
    // Of the window: a control that was hidden has lost the focus to the page, and the keys go there.
    window.addEventListener("keydown", moved, true);
    return () => {
      clearTimeout(timer);
      setResting(false);
      for (const type of ["pointermove", "pointerdown"] as const) target.removeEventListener(type, moved);
      window.removeEventListener("keydown", moved, true);
    };
  }, [element, on]);

  return resting;
}
