/** The whole guest page: what is shown before the call, during it and after it. */

import { useSyncExternalStore } from "react";
import { lookOf } from "../call/machine";
import type { CallState } from "../call/state";
import { useCall, useCallState, useLines } from "../hooks/useCall";
import { useElapsed } from "../hooks/useElapsed";
import { useLead } from "../hooks/useLead";
import { useMuteKeys } from "../hooks/useMuteKeys";
import { useRecording } from "../hooks/useRecording";
import { clock } from "../labels";
import { HearButton, NoticeCard, ProblemCard } from "../parts/Cards";
import { EndButton } from "../parts/EndButton";
import { IdleWarning } from "../parts/IdleWarning";
import { MuteButton } from "../parts/MuteButton";
import { Steps } from "../parts/Steps";
import { Transcript } from "../parts/Transcript";
import { Scene } from "../prefabs/Scene";
import type { StageData } from "../ticket";
import { AfterVisit } from "./AfterVisit";
import { BeforeVisit, Closed, PasswordForm } from "./BeforeVisit";
import { Compare } from "./Compare";
import type { Welcome } from "./requests";
import type { Visit } from "./visit";
import { filled, useWords, WordsContext } from "./words";

export function VisitPage({ visit, dark }: { visit: Visit; dark: boolean }) {
  const state = useCallState();
  const { phase, welcome, words, problem, busy } = useSyncExternalStore(visit.state.watch, visit.state.get);
  const root = useLead(state.phase);
  useMuteKeys(root);
  const talks = state.phase === "live" || state.phase === "ending";
  return (
    <WordsContext value={words}>
      <main
        ref={root}
        lang={welcome?.page_language ?? "en"}
        className="stage visit"
        tabIndex={-1}
        data-testid="visit"
        data-phase={phase === "ready" ? state.phase : phase}
        data-layout={talks ? "talk" : "open"}
        data-theme={dark ? "dark" : "light"}
      >
        {phase === "loading" && (
          <p className="visit-middle" role="status">
            {words.loading}
          </p>
        )}
        {phase === "password" && <PasswordForm visit={visit} problem={problem} busy={busy} />}
        {phase === "closed" && problem !== null && <Closed problem={problem} />}
        {phase === "ready" && welcome !== null && <Ready visit={visit} welcome={welcome} state={state} dark={dark} />}
      </main>
    </WordsContext>
  );
}

interface Props {
  visit: Visit;
  welcome: Welcome;
  state: CallState;
  dark: boolean;
}

function Ready({ visit, welcome, state, dark }: Props) {
  if (welcome.compares !== null && (state.phase === "idle" || state.phase === "ended" || state.phase === "failed"))
    return <Compare visit={visit} welcome={welcome} state={state} />;
  if (state.phase === "idle") return <BeforeVisit visit={visit} welcome={welcome} problem={state.problem} />;
  if (state.phase === "ended" || state.phase === "failed")
    return <AfterVisit key={state.sessionId} visit={visit} welcome={welcome} state={state} />;
  return <During welcome={welcome} state={state} dark={dark} />;
}

function During({ welcome, state, dark }: Omit<Props, "visit">) {
  const call = useCall();
  const lines = useLines();
  const elapsed = useElapsed(state.liveSince, state.lengthMs);
  const recording = useRecording();
  const words = useWords();
  const name = welcome.compares === null ? welcome.name : state.agentName;
  const stage: StageData = { agent_name: name, place: state.place, can_launch: true, launching: false };
  const live = state.phase === "live" || state.phase === "ending";
  return (
    <>
      <header className="header">
        <h1 className="name header-who">{name}</h1>
        {recording.phase === "on" && (
          <span className="visit-recorded">
            <span className="record-dot" aria-hidden="true" />
            {words.recording}
          </span>
        )}
        {elapsed !== null && (
          <time className="timer" role="timer" aria-label={words.duration}>
            {clock(elapsed)}
          </time>
        )}
      </header>
      <Scene look={lookOf(state)} dark={dark} state={state} lines={lines} stage={stage} name={name} />
      <div className="body">
        <IdleWarning />
        {state.soundBlocked && <HearButton onHear={() => void call.unblock()} />}
        {state.problem && <ProblemCard problem={state.problem} onDismiss={() => call.dismiss("problem")} />}
        {state.notice !== null && <NoticeCard text={state.notice} onDismiss={() => call.dismiss("notice")} />}
        {recording.problem !== null && <NoticeCard text={recording.problem} onDismiss={() => call.recorder.dismiss()} />}
        {!live && <Steps done={state.steps} microphone={state.microphone} />}
        {live && welcome.captions && <Transcript lines={lines} agentName={name} empty={filled(words.waiting, { name })} />}
      </div>
      <footer className="dock">
        {live ? (
          <div className="dock-row">
            <MuteButton microphone={state.microphone} muted={state.muted} />
            <EndButton ending={state.phase === "ending"} />
          </div>
        ) : (
          state.phase === "joining" && (
            <button type="button" className="button" data-testid="cancel" data-lead="" onClick={() => call.cancel()}>
              {words.cancel}
            </button>
          )
        )}
      </footer>
    </>
  );
}
