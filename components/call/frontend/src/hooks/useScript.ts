/** Sends the lines of a scripted call, each a moment after the agent has finished. The microphone is muted until the presenter unmutes. */

import { useEffect } from "preact/hooks";
import type { Lines } from "../call/line";
import { nextLine } from "../call/script";
import type { CallState } from "../call/state";
import { useCall } from "./useCall";

const PAUSE_MS = 1500;

export function useScript(state: CallState, lines: Lines): void {
  const call = useCall();
  const next = nextLine(state, lines);
  const plays = state.phase === "live" && state.script.length > 0 ? state.sessionId : null;

  useEffect(() => {
    if (plays !== null) void call.setMuted(true);
  }, [plays, call]);

  useEffect(() => {
    if (next === null) return;
    const timer = setTimeout(() => call.write("typed", next, "append"), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [next, call]);
}
