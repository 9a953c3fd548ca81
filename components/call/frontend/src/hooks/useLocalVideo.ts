/** One's own picture: what is shown of oneself, or why nothing is. */

import { useSyncExternalStore } from "react";
import type { LocalVideo } from "../call/camera";
import { useCall } from "./useCall";

export function useLocalVideo(): LocalVideo {
  const { state } = useCall().camera;
  return useSyncExternalStore(state.watch, state.get);
}
