/** The stage folded away: still its state, its time and the End button. */

import { lookOf } from "../call/machine";
import type { CallState } from "../call/state";
import { useCall } from "../hooks/useCall";
import { useElapsed } from "../hooks/useElapsed";
import { callName, clock, labelOf } from "../labels";
import { EndIcon, StateShape, UnfoldIcon } from "../parts/icons";

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
        <span className="pill-name">{callName(name)}</span>
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
      {(state.phase === "live" || state.phase === "ending") && (
        <button
          type="button"
          className="button button-end button-pill"
          data-testid="end"
          disabled={state.phase === "ending"}
          onClick={() => call.end()}
        >
          <EndIcon />
          End
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
