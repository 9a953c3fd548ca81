/** The caller's own video in a corner: the camera mirrored, a shared screen unchanged. */

import { useLocalVideo } from "../hooks/useLocalVideo";
import { useVideo } from "../hooks/useVideo";

export function SelfView() {
  const { source, track } = useLocalVideo();
  const element = useVideo(track);
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
