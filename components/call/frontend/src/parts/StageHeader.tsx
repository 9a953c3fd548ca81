/** The stage's header: agent, place, offline brain, duration, and the buttons to present and to collapse. */

import type { CallState } from "../call/state";
import { clock } from "../formatting";
import { useCall } from "../hooks/useCall";
import { useElapsed } from "../hooks/useElapsed";
import { brainOf } from "../labels";
import type { StageData } from "../ticket";
import { BrainChip } from "./BrainChip";
import { FoldIcon, FullScreenIcon } from "./icons";
import { NetworkBars } from "./NetworkBars";
import { PlaceChip } from "./PlaceChip";
import { RecordLight } from "./Record";

interface Props {
  name: string;
  state: CallState;
  stage: StageData;
  onFold: () => void;
  /** Null where the browser has no full screen. */
  onPresent: (() => void) | null;
}

export function StageHeader({ name, state, stage, onFold, onPresent }: Props) {
  const call = useCall();
  const brain = brainOf(state, stage);
  const elapsed = useElapsed(state.liveSince, state.lengthMs);
  return (
    <header className="header">
      <div className="header-who">
        <h2 className="name" title={name} data-testid="agent-name">
          {name}
        </h2>
        <PlaceChip place={state.sessionId === null ? stage.place : state.place} project={stage.project} />
        {brain !== null && (
          <BrainChip text={brain} where={stage.brain_where} onChoose={() => call.studio.triggers?.brain(Date.now())} />
        )}
      </div>
      {state.phase === "live" && <RecordLight place={state.place} />}
      {state.phase === "live" && state.network !== null && <NetworkBars quality={state.network} />}
      {elapsed !== null && state.lengthMs === null && (
        <time className="timer" role="timer" data-testid="timer" aria-label="Call duration">
          {clock(elapsed)}
        </time>
      )}
      {onPresent !== null && (
        <button type="button" className="button-icon" aria-label="Present" title="Present full screen" onClick={onPresent}>
          <FullScreenIcon />
        </button>
      )}
      <button type="button" className="button-icon" aria-label="Collapse stage" title="Collapse" onClick={onFold}>
        <FoldIcon />
      </button>
    </header>
  );
}
