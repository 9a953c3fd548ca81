/** The avatar's video and its state. */

import type { RefObject } from "preact";
import { useSyncExternalStore } from "preact/compat";
import { useEffect } from "preact/hooks";
import type { AvatarVideoState } from "../call/avatar-video";
import { useCall } from "./useCall";
import { useVideo } from "./useVideo";

/** The state of the avatar's video. */
export function useAvatarVideoState(): AvatarVideoState {
  const { shown } = useCall().avatarVideo;
  return useSyncExternalStore(shown.watch, shown.get);
}

/** The element that plays the avatar's track; reports its first frame to the call. */
export function useAvatarVideo(track: MediaStreamTrack | null): RefObject<HTMLVideoElement | null> {
  const call = useCall();
  const element = useVideo(track);

  useEffect(() => {
    const video = element.current;
    if (video === null || track === null) return;
    const request = video.requestVideoFrameCallback(() => call.avatarVideo.frameShown(performance.now()));
    return () => video.cancelVideoFrameCallback(request);
  }, [element, track, call]);

  return element;
}
