/** The page of a watcher: state, duration and latency of a call, its transcript, and a field for notes. */

import { useSyncExternalStore } from "preact/compat";
import { useState } from "preact/hooks";
import { excess } from "../call/text-limit";
import { clock, listed, milliseconds } from "../formatting";
import type { GuestCall } from "../guest/guest-call";
import { TextsContext } from "../hooks/useTexts";
import { LABELS } from "../labels";
import { HearButton, ProblemCard } from "../parts/Cards";
import { StateShape } from "../parts/icons";
import { NoteField, NoteForm } from "../parts/NoteField";
import { Transcript } from "../parts/Transcript";
import { ENGLISH, type Texts, textsOf } from "../texts";
import { CueCards } from "./CueCards";
import { AUTHOR_MAX, NOTE_MAX, type WatchedNow, type Watching, type WatchSeat } from "./watching";

/** A watcher isn't the caller, so the caller's lines aren't labeled "You". */
const WATCHED: Texts = { ...ENGLISH, of: textsOf({ You: "Caller" }).of };

export function WatchPage({ watching, dark }: { watching: Watching; dark: boolean }) {
  const { phase, seat, now, problem } = useSyncExternalStore(watching.state.watch, watching.state.get);
  const [quiet, silence] = useState(false);
  const [cues, show] = useState(false);
  const { call } = watching;
  const isLive = phase === "watching";
  return (
    <main className="stage visit" data-testid="watch" data-phase={phase} data-layout="talk" data-theme={dark ? "dark" : "light"}>
      {phase === "loading" && (
        <div className="visit-middle">{problem === null ? <p role="status">Loading…</p> : <ProblemCard problem={problem} />}</div>
      )}
      {phase === "refused" && problem !== null && (
        <div className="visit-middle">
          <h1 className="visit-name">{problem.message}</h1>
          <p className="visit-facts">{problem.advice}</p>
        </div>
      )}
      {(isLive || phase === "over") && seat !== null && call !== null && (
        <>
          <Header call={call} seat={seat} elapsedS={now?.elapsed_s ?? 0} isLive={isLive} />
          {cues && <CueCards agent={seat.agent_name} />}
          <div className="body">
            {problem !== null && <ProblemCard problem={problem} />}
            <Talk call={call} seat={seat} />
          </div>
          <footer className="dock watch-dock">
            <p className="visit-small" data-testid="watch-latency">
              {now === null ? "" : figuresOf(now)}
            </p>
            <div className="cues-row">
              {isLive && (
                <button
                  type="button"
                  className="save-button"
                  aria-pressed={quiet}
                  data-testid="watch-quiet"
                  onClick={() => {
                    watching.setVolume(quiet ? 100 : 0);
                    silence(!quiet);
                  }}
                >
                  {quiet ? "Turn sound on" : "Turn sound off"}
                </button>
              )}
              <button type="button" className="save-button" aria-pressed={cues} onClick={() => show(!cues)}>
                Cue cards
              </button>
            </div>
            <WatchNote watching={watching} hint={isLive ? "Note at this moment" : "Note about the call"} />
          </footer>
        </>
      )}
    </main>
  );
}

/** The metrics in one line, without line breaks between a value and its name. */
function figuresOf({ latency_ms, median_ms, turns, notes }: WatchedNow): string {
  const figures = [
    `Latency ${milliseconds(latency_ms)}`,
    `median ${milliseconds(median_ms)}`,
    `turns: ${turns}`,
    `notes: ${notes}`,
  ];
  return listed(figures.map((figure) => figure.replaceAll(" ", "\u00a0")));
}

interface HeaderProps {
  call: GuestCall;
  seat: WatchSeat;
  elapsedS: number;
  isLive: boolean;
}

function Header({ call, seat, elapsedS, isLive }: HeaderProps) {
  const state = useSyncExternalStore(call.state.watch, call.state.get);
  const agentState = state.others.find((one) => one.uid === String(seat.agent_uid))?.agentState ?? "listening";
  const isThere = state.others.some((one) => one.uid !== String(seat.user_uid)); // the agent, or its avatar
  const look = !isLive ? "ended" : isThere && state.phase === "in" && state.online ? agentState : "joining";
  return (
    <header className="header">
      <div className="header-who">
        <h1 className="name">{seat.agent_name}</h1>
        {isLive && <span className="chip">You can't be heard</span>}
      </div>
      <span className="state-label" role="status" data-testid="watch-state" data-look={look}>
        <StateShape look={look} />
        {LABELS[look]}
      </span>
      <time className="timer" role="timer" aria-label="Call duration">
        {clock(elapsedS * 1000)}
      </time>
    </header>
  );
}

function Talk({ call, seat }: { call: GuestCall; seat: WatchSeat }) {
  const state = useSyncExternalStore(call.state.watch, call.state.get);
  const lines = useSyncExternalStore(call.lines.watch, call.lines.get);
  return (
    <TextsContext value={WATCHED}>
      {state.soundBlocked && state.phase === "in" && <HearButton onHear={() => void call.unblock()} />}
      {state.problem !== null && <ProblemCard problem={state.problem} />}
      <Transcript
        lines={lines}
        agentName={seat.agent_name}
        empty={state.phase === "left" ? "" : "The transcript appears here."}
      />
    </TextsContext>
  );
}

function WatchNote({ watching, hint }: { watching: Watching; hint: string }) {
  const [text, write] = useState("");
  const [author, sign] = useState("");
  const send = async (note: string) => {
    if (await watching.note(note, author)) write("");
  };
  return (
    <NoteForm
      label="Note"
      hint={hint}
      limit={NOTE_MAX}
      text={text}
      write={write}
      testId="watch-note"
      button="Add note"
      ready={excess(author, AUTHOR_MAX) <= 0}
      send={(note) => void send(note)}
    >
      <NoteField
        label="Your name"
        hint="Your name"
        limit={AUTHOR_MAX}
        text={author}
        write={sign}
        testId="watch-author"
        look="watch-author"
      />
    </NoteForm>
  );
}
