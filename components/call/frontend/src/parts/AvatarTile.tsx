/** The agent's face. On the whole screen it is for an audience: its words as captions, the controls gone until the mouse moves. */

import { useRef } from "react";
import type { Look } from "../call/machine";
import type { Picture } from "../call/picture";
import { useFullScreen } from "../hooks/useFullScreen";
import { useIdlePointer } from "../hooks/useIdlePointer";
import { useVideo } from "../hooks/usePicture";
import { milliseconds } from "../words";
import { FullScreenIcon, PictureInPictureIcon } from "./icons";

interface Props {
  picture: Picture;
  look: Look;
  name: string;
  caption: string;
}

export function AvatarTile({ picture, look, name, caption }: Props) {
  const tile = useRef<HTMLDivElement>(null);
  const video = useVideo(picture.track);
  const screen = useFullScreen(tile);
  const resting = useIdlePointer(tile, screen?.full ?? false);
  const playing = picture.state === "playing";
  const first = picture.firstFrameMs === null ? undefined : `First picture after ${milliseconds(picture.firstFrameMs)}`;
  return (
    <div ref={tile} className="avatar" data-testid="avatar" data-state={picture.state} data-look={look} data-resting={resting}>
      <video ref={video} className="avatar-video" muted autoPlay playsInline aria-label={`${name}'s face`} title={first} />
      {!playing && <p className="avatar-note" role="status">{`Waiting for ${name}'s face`}</p>}
      {screen?.full && caption !== "" && <p className="avatar-caption">{caption}</p>}
      <div className="avatar-tools">
        {playing && document.pictureInPictureEnabled && (
          <button
            type="button" className="button-icon" aria-label="Picture in picture" title="Picture in picture"
            onClick={() => void video.current?.requestPictureInPicture().catch(() => undefined)}
          >
            <PictureInPictureIcon />
          </button>
        )}
        {screen && (
          <button
            type="button" className="button-icon" aria-label={screen.full ? "Leave full screen" : "Full screen"}
            title={screen.full ? "Leave full screen (Esc)" : "Full screen"} onClick={screen.toggle}
          >
            <FullScreenIcon />
          </button>
        )}
      </div>
    </div>
  );
}
