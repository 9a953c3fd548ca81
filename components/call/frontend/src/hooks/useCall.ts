/** The call of the page and its state, for any component of the stage. */

import { createContext, useContext, useSyncExternalStore } from "react";
import type { Call } from "../call/call";
import type { Lines } from "../call/line";
import type { CallState } from "../call/state";

export const CallContext = createContext<Call | null>(null);

export function useCall(): Call {
  const call = useContext(CallContext);
  if (call === null) throw new Error("A part of the stage was drawn outside of the stage.");
  return call;
}

export function useCallState(): CallState {
  const { state } = useCall();
  return useSyncExternalStore(state.watch, state.get);
}

export function useLines(): Lines {
  const { lines } = useCall();
  return useSyncExternalStore(lines.watch, lines.get);
}
