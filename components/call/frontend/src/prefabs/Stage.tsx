/** The stage: the view of a call, expanded, collapsed or presented. */

import { lazy, Suspense } from "preact/compat";
import { useCallback, useEffect } from "preact/hooks";
import { lookOf } from "../call/machine";
import { useCall, useCallState, useLines } from "../hooks/useCall";
import { useFold } from "../hooks/useFold";
import { useMuteKeys } from "../hooks/useMuteKeys";
import { usePageSounds } from "../hooks/usePageSounds";
import { usePhaseFocus } from "../hooks/usePhaseFocus";
import { usePresent } from "../hooks/usePresent";
import { StageHeader } from "../parts/StageHeader";
import type { StageData } from "../ticket";
import { Body } from "./Body";
import { Dock } from "./Dock";
import { Pill } from "./Pill";
import { Scene } from "./Scene";

/** Loaded after the first load, because few visits present. */
const loadPresent = () => import("./Present");
const Present = lazy(async () => ({ default: (await loadPresent()).Present }));

export function Stage({ stage, dark }: { stage: StageData; dark: boolean }) {
  const state = useCallState();
  const lines = useLines();
  const [folded, fold] = useFold(state.phase);
  const root = usePhaseFocus(state.phase);
  useMuteKeys(root);
  usePageSounds(state.phase);
  const call = useCall();
  const backup = useCallback((scripted: boolean) => call.backup(scripted), [call]);
  const present = usePresent(root, backup);
  useEffect(() => void loadPresent().catch(() => undefined), []);
  const look = lookOf(state);
  const name = state.phase === "idle" || state.agentName === "" ? stage.agent_name : state.agentName;
  const talks = state.phase === "live" || state.phase === "ending" || state.phase === "ended" || lines.length > 0;
  const layout = talks && state.phase !== "asking" && state.phase !== "joining" ? "talk" : "open";
  return (
    <section
      ref={root}
      className={folded ? "stage stage-folded" : "stage"}
      aria-label="Stage"
      tabIndex={-1}
      data-testid="stage"
      data-phase={state.phase}
      data-look={look}
      data-layout={layout}
      data-theme={dark ? "dark" : "light"}
    >
      {present?.presenting ? (
        <Suspense fallback={null}>
          <Present
            stage={root}
            state={state}
            look={look}
            name={name}
            dark={dark}
            canHold={stage.can_hold ?? false}
            refusal={stage.problem}
            onBackup={backup}
            onLeave={present.toggle}
          />
        </Suspense>
      ) : folded ? (
        <Pill name={name} state={state} onUnfold={() => fold(false)} />
      ) : (
        <>
          <StageHeader name={name} state={state} stage={stage} onFold={() => fold(true)} onPresent={present?.toggle ?? null} />
          <Scene look={look} dark={dark} state={state} lines={lines} stage={stage} name={name} />
          <Body state={state} lines={lines} stage={stage} name={name} />
          <Dock state={state} stage={stage} />
        </>
      )}
    </section>
  );
}
