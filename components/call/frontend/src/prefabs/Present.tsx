/** The full-screen stage for an audience: avatar or orb, the agent's name, the duration, and large captions.
 * Controls appear with the pointer. */

import type { RefObject } from "preact";
import { useState } from "preact/hooks";
import { captionOf } from "../call/caption";
import { isBusy } from "../call/machine";
import type { CallState, Look } from "../call/state";
import { clock } from "../formatting";
import { useAvatarVideo, useAvatarVideoState } from "../hooks/useAvatarVideo";
import { useCall, useLines } from "../hooks/useCall";
import { useElapsed } from "../hooks/useElapsed";
import { useIdlePointer } from "../hooks/useIdlePointer";
import { useScript } from "../hooks/useScript";
import { labelOf } from "../labels";
import { EndButton } from "../parts/EndButton";
import { PlayIcon } from "../parts/icons";
import { LaunchButton } from "../parts/LaunchButton";
import { MuteButton } from "../parts/MuteButton";
import { Orb } from "../parts/Orb";
import { StateLabel } from "../parts/StateLabel";
import { Waveform } from "../parts/Waveform";
import type { Problem } from "../ticket";

interface Props {
  stage: RefObject<HTMLElement | null>;
  state: CallState;
  look: Look;
  name: string;
  dark: boolean;
  /** Whether the agent can join ahead and greet on Start. */
  canHold: boolean;
  /** Why the last switch was refused. */
  refusal: Problem | null | undefined;
  onBackup: (scripted: boolean) => void;
  onLeave: () => void;
}

export function Present({ stage, state, look, name, dark, canHold, refusal, onBackup, onLeave }: Props) {
  const call = useCall();
  const lines = useLines();
  useScript(state, lines);
  const caption = captionOf(lines);
  const elapsed = useElapsed(state.liveSince, state.lengthMs);
  const resting = useIdlePointer(stage, true);
  const live = state.phase === "live" || state.phase === "ending";
  const [asked, ask] = useState<string | null>(null);
  const failed = refusal ?? state.notReplaced;
  const switching = asked === state.sessionId && !failed;
  const fallBack = (scripted: boolean) => {
    ask(state.sessionId);
    onBackup(scripted);
  };
  return (
    <div className="present" data-testid="present" data-resting={resting && live && !state.held} data-look={look}>
      <header className="present-head">
        <h2 className="present-name">{name}</h2>
        {live && !state.held && elapsed !== null && (
          <time className="present-time" role="timer" aria-label="Call duration">
            {clock(elapsed)}
          </time>
        )}
      </header>
      <Face look={look} name={name} dark={dark} />
      {live && <Waveform name={name} />}
      <p className="present-caption" dir="auto" data-testid="present-caption">
        {live ? caption : (state.problem?.message ?? "")}
      </p>
      <footer className="present-controls">
        <StateLabel look={look} label={labelOf(state, look)} note={live && failed ? `${failed.message} ${failed.advice}` : ""} />
        {!isBusy(state.phase) && (
          <>
            {canHold && (
              <button
                type="button"
                className="button"
                data-testid="hold"
                title="Connect the agent now; it greets as soon as you click Start. A connected agent is billed like a call."
                onClick={() => call.launch("hold")}
              >
                Get ready
              </button>
            )}
            <LaunchButton again={state.phase === "ended"} busy={false} enabled onLaunch={() => call.launch("present")} />
          </>
        )}
        {state.phase === "live" && state.held && (
          <button
            type="button"
            className="button button-launch"
            data-testid="release"
            data-lead=""
            onClick={() => call.release()}
          >
            <PlayIcon />
            Start
          </button>
        )}
        {live && !state.held && (
          <>
            <MuteButton microphone={state.microphone} muted={state.muted} />
            <button
              type="button"
              className="button"
              data-testid="backup"
              disabled={switching}
              title="Switch to the backup version (B)"
              onClick={() => fallBack(false)}
            >
              Backup
            </button>
            {state.place === "twin" && (
              <button
                type="button"
                className="button"
                data-testid="scripted"
                disabled={switching}
                title="Play the scripted conversation (S)"
                onClick={() => fallBack(true)}
              >
                Script
              </button>
            )}
          </>
        )}
        {live && <EndButton ending={state.phase === "ending"} />}
        <button type="button" className="button" title="Leave (Esc)" onClick={onLeave}>
          Leave
        </button>
      </footer>
    </div>
  );
}

function Face({ look, name, dark }: { look: Look; name: string; dark: boolean }) {
  const picture = useAvatarVideoState();
  const video = useAvatarVideo(picture.track);
  return (
    <div className="present-face">
      {picture.state === "playing" || picture.state === "waiting" ? (
        <video ref={video} className="present-video" muted autoPlay playsInline aria-label={`${name}'s avatar`} />
      ) : (
        <Orb look={look} dark={dark} />
      )}
    </div>
  );
}
