/** Calls `act` once, at the first interaction with the page: pointer, key or focus. */

import { useEffect } from "preact/hooks";

const SIGNS = ["pointermove", "pointerdown", "keydown", "focusin"] as const;

export function useFirstInteraction(act: () => void): void {
  useEffect(() => {
    const first = () => {
      forget();
      act();
    };
    const forget = () => {
      for (const sign of SIGNS) window.removeEventListener(sign, first, true);
    };
    for (const sign of SIGNS) window.addEventListener(sign, first, true);
    return forget;
  }, [act]);
}
