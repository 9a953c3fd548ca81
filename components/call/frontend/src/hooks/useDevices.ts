/** The devices there are and those that are used. */

import { useSyncExternalStore } from "react";
import type { Equipment } from "../call/devices";
import { useCall } from "./useCall";

export function useEquipment(): Equipment {
  const { state } = useCall().devices;
  return useSyncExternalStore(state.watch, state.get);
}
