/** The state of the camera or shared screen. */

import { useSyncExternalStore } from "preact/compat";
import type { LocalVideo } from "../call/camera";
import { useCall } from "./useCall";

export function useLocalVideo(): LocalVideo {
  const { state } = useCall().camera;
  return useSyncExternalStore(state.watch, state.get);
}
