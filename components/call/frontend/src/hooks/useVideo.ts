/** Plays a track in a muted video element, for as long as both are there. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** Muted, because audio is played for the whole call, and because a silent video may start without a click. */
export function useVideo(track: MediaStreamTrack | null): RefObject<HTMLVideoElement | null> {
  const element = useRef<HTMLVideoElement>(null);

  useEffect(() => {
    const video = element.current;
    if (video === null || track === null) return;
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  }, [track]);

  return element;
}
