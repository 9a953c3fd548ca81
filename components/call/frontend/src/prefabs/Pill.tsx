/** The collapsed stage: state, duration and the End button. */

import { lookOf } from "../call/machine";
import type { CallState } from "../call/state";
import { clock, shortName } from "../formatting";
import { useCall } from "../hooks/useCall";
import { useCountdown } from "../hooks/useCountdown";
import { useElapsed } from "../hooks/useElapsed";
import { labelOf } from "../labels";
import { EndIcon, MicrophoneIcon, MicrophoneOffIcon, StateShape, UnfoldIcon } from "../parts/icons";

interface Props {
  name: string;
  state: CallState;
  onUnfold: () => void;
}

export function Pill({ name, state, onUnfold }: Props) {
  const call = useCall();
  const look = lookOf(state);
  const elapsed = useElapsed(state.liveSince, state.lengthMs);
  return (
    <div className="pill" data-testid="pill">
      <button type="button" className="pill-open" aria-label={`Expand stage: ${name}`} title="Expand" onClick={onUnfold}>
        <span className="pill-name">{shortName(name)}</span>
        <UnfoldIcon />
      </button>
      <span className="state-label" role="status" aria-live="polite" data-testid="state" data-look={look}>
        <StateShape look={look} />
        {labelOf(state, look)}
      </span>
      {elapsed !== null && (
        <time className="timer" data-testid="timer">
          {clock(elapsed)}
        </time>
      )}
      {state.phase === "live" && <PillButtons state={state} />}
      {(state.phase === "live" || state.phase === "ending") && (
        <button
          type="button"
          className="button button-end button-pill"
          aria-label="End"
          data-testid="end"
          disabled={state.phase === "ending"}
          onClick={() => call.end()}
        >
          <EndIcon />
          <span className="pill-word">End</span>
        </button>
      )}
      {state.phase === "joining" && (
        <button type="button" className="button button-pill" data-testid="cancel" onClick={() => call.cancel()}>
          Cancel
        </button>
      )}
    </div>
  );
}

/** Mute, or while the call is about to end as idle, the button that keeps it. */
function PillButtons({ state }: { state: CallState }) {
  const call = useCall();
  const seconds = useCountdown(state.idleEndsAt);
  if (seconds !== null) {
    return (
      <button type="button" className="button button-pill" data-testid="stay" onClick={() => call.stay()}>
        {`Stay · ${seconds} s`}
      </button>
    );
  }
  if (state.microphone !== "open") return null;
  const label = state.muted ? "Unmute" : "Mute";
  return (
    <button
      type="button"
      className="button-icon"
      data-testid="mute"
      data-muted={state.muted}
      aria-label={label}
      title={label}
      onClick={() => void call.setMuted(!state.muted)}
    >
      {state.muted ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
    </button>
  );
}
