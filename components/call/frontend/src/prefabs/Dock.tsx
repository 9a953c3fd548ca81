/** The bottom of the stage: the actions of the call's phase. */

import { isBusy } from "../call/machine";
import type { CallState } from "../call/state";
import { useCall } from "../hooks/useCall";
import { Composer } from "../parts/Composer";
import { DevicesButton } from "../parts/DevicesButton";
import { EndButton } from "../parts/EndButton";
import { LaunchButton } from "../parts/LaunchButton";
import { MuteButton } from "../parts/MuteButton";
import { RecordChoice } from "../parts/Record";
import { CameraButton, ShareButton } from "../parts/VideoButtons";
import type { StageData } from "../ticket";

export function Dock({ state, stage }: { state: CallState; stage: StageData }) {
  const call = useCall();
  const { phase } = state;
  return (
    <section className="dock" aria-label="Controls">
      {stage.voice_note && !isBusy(phase) && <p className="voice-note">{stage.voice_note}</p>}
      {stage.tests && !isBusy(phase) && (
        <p className="tests-note" data-failing={stage.tests.failing || undefined} data-testid="tests-note">
          {stage.tests.text}
        </p>
      )}
      {!isBusy(phase) && stage.can_launch && <RecordChoice place={stage.place} />}
      {!isBusy(phase) && (
        <div className="dock-row">
          <LaunchButton
            again={phase === "ended"}
            busy={stage.launching}
            enabled={stage.can_launch}
            onLaunch={() => call.launch()}
          />
          <CameraButton />
          <DevicesButton hears={false} />
        </div>
      )}
      {phase === "asking" && <LaunchButton again={false} busy enabled onLaunch={() => undefined} />}
      {phase === "joining" && (
        <button type="button" className="button" data-testid="cancel" data-lead="" onClick={() => call.cancel()}>
          Cancel
        </button>
      )}
      {(phase === "live" || phase === "ending") && (
        <>
          <Composer />
          <div className="dock-row">
            <MuteButton microphone={state.microphone} muted={state.muted} />
            <DevicesButton hears={state.microphone === "open" && !state.muted} />
            <CameraButton />
            <ShareButton />
            <EndButton ending={phase === "ending"} />
          </div>
        </>
      )}
    </section>
  );
}
