/** Whether this call is recorded, and whether the next ones will be. */

import { useSyncExternalStore } from "preact/compat";
import type { Recording } from "../call/recorder";
import { useCall } from "./useCall";

export function useRecording(): Recording {
  const { state } = useCall().recorder;
  return useSyncExternalStore(state.watch, state.get);
}
