/** The devices there are and those that are used. */

import { useSyncExternalStore } from "react";
import type { DeviceState } from "../call/devices";
import { useCall } from "./useCall";

export function useDevices(): DeviceState {
  const { state } = useCall().devices;
  return useSyncExternalStore(state.watch, state.get);
}
