/** The event log of the call. */

import { useSyncExternalStore } from "preact/compat";
import type { LogEntry } from "../call/log";
import { useCall } from "./useCall";

export function useLog(): readonly LogEntry[] {
  const { log } = useCall();
  return useSyncExternalStore(log.watch, log.get);
}
