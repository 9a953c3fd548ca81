/** What the others see of the caller, in a corner: the camera mirrored, a shared screen unchanged. */

import { useEffect, useRef } from "react";
import { useOwnPicture } from "../hooks/useOwnPicture";

export function SelfView() {
  const { source, track } = useOwnPicture();
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

  if (track === null || source === null) return null;
  const label = source === "camera" ? "Your camera, mirrored" : "Your shared screen";
  return (
    <video
      ref={element}
      className="self-view"
      data-testid="self-view"
      data-source={source}
      muted
      autoPlay
      playsInline
      disablePictureInPicture
      aria-label={label}
      title={label}
    />
  );
}
