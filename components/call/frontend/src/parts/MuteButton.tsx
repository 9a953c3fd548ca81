/** Mutes and unmutes; a bar at the bottom shows the level. */

import type { Microphone } from "../call/state";
import { useCall } from "../hooks/useCall";
import { useLevelBar } from "../hooks/useLevelBar";
import { useTexts } from "../hooks/useTexts";
import { MicrophoneIcon, MicrophoneOffIcon } from "./icons";

interface Props {
  microphone: Microphone;
  muted: boolean;
}

export function MuteButton({ microphone, muted }: Props) {
  const call = useCall();
  const texts = useTexts();
  const works = microphone === "open";
  const bar = useLevelBar<HTMLSpanElement>(works && !muted);
  if (!works) {
    return (
      <button type="button" className="button button-mute" disabled title={texts.of("The agent can't hear you.")}>
        <MicrophoneOffIcon />
        {texts.of(microphone === "asked" ? "Waiting…" : "No mic")}
      </button>
    );
  }
  return (
    <button
      type="button"
      className="button button-mute"
      data-muted={muted}
      data-testid="mute"
      title={texts.of(muted ? "Unmute (M, or hold Space to talk)" : "Mute (M)")}
      onClick={() => void call.setMuted(!muted)}
    >
      {muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
      {texts.of(muted ? "Unmute" : "Mute")}
      <span ref={bar} className="mic-level" aria-hidden="true" />
    </button>
  );
}
