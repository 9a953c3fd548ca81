/** The upper half of the stage: avatar or orb, state and waveform. Stays mounted, so that the orb blends between states. */

import { captionOf } from "../call/caption";
import { type Lines, latencies } from "../call/line";
import type { CallState, Look } from "../call/state";
import { milliseconds, shortName } from "../formatting";
import { useAvatarVideoState } from "../hooks/useAvatarVideo";
import { useTexts } from "../hooks/useTexts";
import { labelOf } from "../labels";
import { AvatarTile } from "../parts/AvatarTile";
import { Orb } from "../parts/Orb";
import { Screen } from "../parts/Screen";
import { SelfView } from "../parts/SelfView";
import { StateLabel } from "../parts/StateLabel";
import { Waveform } from "../parts/Waveform";
import type { Texts } from "../texts";
import type { StageData } from "../ticket";

const HAS_KEYS = window.matchMedia("(hover: hover)").matches;

interface Props {
  look: Look;
  dark: boolean;
  state: CallState;
  lines: Lines;
  stage: StageData;
  name: string;
}

export function Scene({ look, dark, state, lines, stage, name }: Props) {
  const texts = useTexts();
  const asking = state.phase === "idle" && stage.launching;
  const label = asking ? "Starting" : labelOf(state, look);
  const picture = useAvatarVideoState();
  const agent = shortName(name);
  const caption = captionOf(lines);
  const live = state.phase === "live" || state.phase === "ending";
  const shown = asking ? "joining" : look;
  const waiting = state.phase === "idle" && !asking && Boolean(stage.portrait);
  return (
    <div className="scene">
      {picture.state === "waiting" || picture.state === "playing" ? (
        <AvatarTile picture={picture} look={look} name={agent} caption={caption} />
      ) : (
        <Screen kind="orb" state={picture.state} look={shown} name={agent} caption={caption} live={live}>
          {waiting ? (
            <img className="idle-face" src={stage.portrait ?? ""} alt={`${agent}'s face`} />
          ) : (
            <Orb look={shown} dark={dark} />
          )}
        </Screen>
      )}
      <StateLabel look={shown} label={texts.of(label)} note={noteOf(state, lines, stage, agent, texts)} />
      {live && <Waveform name={agent} />}
      <SelfView />
    </div>
  );
}

/** A hint under the state. */
function noteOf(state: CallState, lines: Lines, stage: StageData, name: string, texts: Texts): string {
  switch (state.phase) {
    case "idle":
      return stage.can_launch ? `Click Launch to talk to ${name}` : `${name} isn't ready to launch`;
    case "asking":
      return texts.of("Setting up the call");
    case "joining":
      return state.microphone === "asked"
        ? texts.of("Allow the microphone when the browser asks")
        : texts.of("Connecting {name}", { name });
    case "live": {
      if (!state.channelOnline) return texts.of("Connection lost. Reconnecting…");
      if (!state.serverOnline) return texts.of("Greenroom isn't responding. Retrying…");
      if (state.muted) return texts.of(HAS_KEYS ? "Muted. Hold Space to talk" : "Muted. {name} can't hear you", { name });
      const last = latencies(lines).at(-1);
      return last === undefined ? "" : texts.of("Last response in {time}", { time: milliseconds(last) });
    }
    default:
      return "";
  }
}
