/** The call of the page and its state, for any component of the stage. */

import { createContext } from "preact";
import { useSyncExternalStore } from "preact/compat";
import { useContext } from "preact/hooks";
import type { Call } from "../call/call";
import type { Lines } from "../call/line";
import type { CallState } from "../call/state";

/** Provides the call to the components of a view. */
export const CallContext = createContext<Call | null>(null);

/** Throws outside of {@link CallContext}. */
export function useCall(): Call {
  const call = useContext(CallContext);
  if (call === null) throw new Error("A part of the stage was drawn outside of the stage.");
  return call;
}

/** Renders again after each change of state. */
export function useCallState(): CallState {
  const { state } = useCall();
  return useSyncExternalStore(state.watch, state.get);
}

/** Renders again after each change of the transcript. */
export function useLines(): Lines {
  const { lines } = useCall();
  return useSyncExternalStore(lines.watch, lines.get);
}
