/** The guest page during a call: avatar or orb, captions, Mute and End, and a text field without a microphone. */

import { useEffect } from "preact/hooks";
import { lookOf } from "../call/machine";
import { isFramed } from "../call/problems";
import { type CallState, isFault } from "../call/state";
import { clock } from "../formatting";
import { useCall, useLines } from "../hooks/useCall";
import { useElapsed } from "../hooks/useElapsed";
import { useRecording } from "../hooks/useRecording";
import { HearButton, NoticeCard, ProblemCard } from "../parts/Cards";
import { EndButton } from "../parts/EndButton";
import { IdleWarning } from "../parts/IdleWarning";
import { MuteButton } from "../parts/MuteButton";
import { Steps } from "../parts/Steps";
import { Transcript } from "../parts/Transcript";
import { Scene } from "../prefabs/Scene";
import { filled } from "../texts";
import type { StageData } from "../ticket";
import { GuestComposer } from "./GuestComposer";
import { loadAfterVisit } from "./lazy-parts";
import type { Welcome } from "./requests";
import { useWords } from "./words";

interface Props {
  welcome: Welcome;
  state: CallState;
  dark: boolean;
}

export function DuringVisit({ welcome, state, dark }: Props) {
  useEffect(() => void loadAfterVisit(), []); // preloaded, in case the connection is lost when the call ends
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
        {state.microphone === "denied" && isFramed() && (
          <a className="button" data-testid="new-tab" href={window.location.href} target="_blank" rel="noopener">
            {words.newTab}
          </a>
        )}
        {state.notice !== null && <NoticeCard text={state.notice} onDismiss={() => call.dismiss("notice")} />}
        {recording.problem !== null && <NoticeCard text={recording.problem} onDismiss={() => call.recorder.dismiss()} />}
        {!live && <Steps done={state.steps} microphone={state.microphone} />}
        {live && welcome.captions && <Transcript lines={lines} agentName={name} empty={filled(words.waiting, { name })} />}
      </div>
      <footer className="dock">
        {live ? (
          <>
            {isFault(state.microphone) && <GuestComposer />}
            <div className="dock-row">
              <MuteButton microphone={state.microphone} muted={state.muted} />
              <EndButton ending={state.phase === "ending"} />
            </div>
          </>
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
