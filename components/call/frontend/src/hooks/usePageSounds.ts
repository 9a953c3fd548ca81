/** Pauses what else the page plays when a call starts. */

import { useEffect } from "preact/hooks";
import { pauseSounds } from "../call/page-sounds";
import type { Phase } from "../call/state";

export function usePageSounds(phase: Phase): void {
  useEffect(() => {
    if (phase === "asking" || phase === "joining") pauseSounds(document);
  }, [phase]);
}
