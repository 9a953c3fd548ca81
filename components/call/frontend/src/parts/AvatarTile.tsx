/** The avatar's video, full screen on request. */

import type { AvatarVideoState } from "../call/avatar-video";
import type { Look } from "../call/state";
import { milliseconds } from "../formatting";
import { useAvatarVideo } from "../hooks/useAvatarVideo";
import { useTexts } from "../hooks/useTexts";
import { PictureInPictureIcon } from "./icons";
import { Screen } from "./Screen";

interface Props {
  picture: AvatarVideoState;
  look: Look;
  name: string;
  caption: string;
}

export function AvatarTile({ picture, look, name, caption }: Props) {
  const texts = useTexts();
  const video = useAvatarVideo(picture.track);
  const playing = picture.state === "playing";
  const first =
    picture.firstFrameMs === null
      ? undefined
      : texts.of("First frame after {time}", { time: milliseconds(picture.firstFrameMs) });
  const apart = playing && document.pictureInPictureEnabled && (
    <button
      type="button"
      className="button-icon"
      aria-label={texts.of("Picture in picture")}
      title={texts.of("Picture in picture")}
      onClick={() => void video.current?.requestPictureInPicture().catch(() => undefined)}
    >
      <PictureInPictureIcon />
    </button>
  );
  return (
    <Screen kind="avatar" state={picture.state} look={look} name={name} caption={caption} live tools={apart}>
      <video
        ref={video}
        className="avatar-video"
        muted
        autoPlay
        playsInline
        aria-label={texts.of("{name}'s avatar", { name })}
        title={first}
      />
      {!playing && (
        <p className="avatar-note" role="status">
          {texts.of("Loading {name}'s avatar…", { name })}
        </p>
      )}
    </Screen>
  );
}
