/** Camera and screen share, on and off. */

import type { VideoSource } from "../call/camera";
import { useCall } from "../hooks/useCall";
import { useLocalVideo } from "../hooks/useLocalVideo";
import { CameraIcon, CameraOffIcon, ShareIcon } from "./icons.media";

interface Props {
  source: VideoSource;
  on: string;
  off: string;
}

function VideoButton({ source, on, off }: Props) {
  const call = useCall();
  const own = useLocalVideo();
  const shown = own.source === source;
  const label = own.opening === source ? "Starting…" : shown ? off : on;
  const Icon = source === "screen" ? ShareIcon : shown ? CameraIcon : CameraOffIcon;
  return (
    <button
      type="button"
      className="button button-square"
      data-testid={source}
      data-on={shown}
      aria-label={label}
      title={label}
      aria-pressed={shown}
      disabled={own.opening !== null}
      onClick={() => void call.camera.toggle(source)}
    >
      <Icon />
    </button>
  );
}

export function CameraButton() {
  return <VideoButton source="camera" on="Turn on camera" off="Turn off camera" />;
}

/** Not shown on phones, whose browsers can't share the screen. */
export function ShareButton() {
  if (typeof navigator.mediaDevices?.getDisplayMedia !== "function") return null;
  return <VideoButton source="screen" on="Share screen" off="Stop sharing" />;
}
