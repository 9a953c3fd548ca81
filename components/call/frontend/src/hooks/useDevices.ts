/** The available devices, and those in use. */

import { useSyncExternalStore } from "preact/compat";
import type { DeviceState } from "../call/devices";
import { useCall } from "./useCall";

export function useDevices(): DeviceState {
  const { state } = useCall().devices;
  return useSyncExternalStore(state.watch, state.get);
}
