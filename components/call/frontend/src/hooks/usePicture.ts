/** The avatar's picture, and a video element that shows it. */

import { type RefObject, useEffect, useRef, useSyncExternalStore } from "react";
import type { Picture } from "../call/picture";
import { useCall } from "./useCall";

export function usePicture(): Picture {
  const { shown } = useCall().picture;
  return useSyncExternalStore(shown.watch, shown.get);
}

/** Plays the track in the element; says when its first frame is on the screen. */
export function useVideo(track: MediaStreamTrack | null): RefObject<HTMLVideoElement | null> {
  const call = useCall();
  const element = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    const video = element.current;
    if (video === null || track === null) return;
    video.srcObject = new MediaStream([track]);
    // Muted: the voice is played with all others, and a silent video may begin without a click.
    void video.play().catch(() => undefined);
    const request = video.requestVideoFrameCallback(() => call.picture.seen(performance.now()));
    return () => {
      video.cancelVideoFrameCallback(request);
      video.srcObject = null;
    };
  }, [track, call]);

  return element;
}
