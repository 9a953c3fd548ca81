/** A joined channel: participants, their video, the transcript, and Leave. */

import { useSyncExternalStore } from "preact/compat";
import type { Look } from "../call/state";
import { useVideo } from "../hooks/useVideo";
import { ProblemCard } from "../parts/Cards";
import { EndIcon, MicrophoneIcon, MicrophoneOffIcon, StateShape } from "../parts/icons";
import { Transcript } from "../parts/Transcript";
import type { GuestCall, GuestState } from "./guest-call";
import type { Participant } from "./participants";

interface Props {
  call: GuestCall;
  dark: boolean;
  onLeave: () => void;
}

export function GuestView({ call, dark, onLeave }: Props) {
  const state = useSyncExternalStore(call.state.watch, call.state.get);
  const lines = useSyncExternalStore(call.lines.watch, call.lines.get);
  const [look, words] = heading(state);
  const faces = state.others.filter((one) => one.picture !== null);
  const { address } = call;
  return (
    <section
      className="stage guest"
      aria-label={address.title}
      data-testid="guest"
      data-phase={state.phase}
      data-theme={dark ? "dark" : "light"}
    >
      <header className="header">
        <div className="header-who">
          <h2 className="name" data-testid="guest-title">
            {address.title}
          </h2>
          <span className="chip">{`Channel ${address.channel}${state.uid === "" ? "" : ` · your user ID is ${state.uid}`}`}</span>
        </div>
        <span className="state-label" role="status" data-testid="guest-state" data-look={look}>
          <StateShape look={look} />
          {words}
        </span>
      </header>
      {state.problem !== null && <ProblemCard problem={state.problem} />}
      {state.others.length > 0 && (
        <ul className="others" aria-label="Participants">
          {state.others.map((one) => (
            <Other key={one.uid} one={one} />
          ))}
        </ul>
      )}
      {faces.length > 0 && (
        <div className="faces">
          {faces.map((one) => (
            <Face key={one.uid} one={one} />
          ))}
        </div>
      )}
      <div className="guest-talk">
        <Transcript
          lines={lines}
          agentName="Agent"
          apart
          empty={state.phase === "in" ? "The transcript appears here once an agent speaks." : ""}
        />
      </div>
      <footer className="dock">
        {state.soundBlocked && (
          <button type="button" className="button button-hear" onClick={() => void call.unblock()}>
            Hear the call
          </button>
        )}
        <div className="dock-row">
          {state.phase === "in" && (
            <button
              type="button"
              className="button button-mute"
              data-muted={state.muted}
              data-testid="guest-mute"
              disabled={state.microphone !== "open"}
              onClick={() => void call.setMuted(!state.muted)}
            >
              {state.muted || state.microphone !== "open" ? <MicrophoneOffIcon /> : <MicrophoneIcon />}
              {state.microphone !== "open" ? "No mic" : state.muted ? "Unmute" : "Mute"}
            </button>
          )}
          {state.phase === "failed" ? (
            <button type="button" className="button" data-testid="guest-leave" onClick={onLeave}>
              Back to the form
            </button>
          ) : (
            <button type="button" className="button button-end" data-testid="guest-leave" onClick={onLeave}>
              <EndIcon />
              Leave
            </button>
          )}
        </div>
      </footer>
    </section>
  );
}

function heading(state: GuestState): [Look, string] {
  if (state.phase === "joining") return ["joining", "Joining"];
  if (state.phase === "failed") return ["error", "Not in the channel"];
  if (state.phase === "left") return ["ended", "Left"];
  if (!state.online) return ["joining", "Reconnecting"];
  const { length } = state.others;
  return [
    length === 0 ? "idle" : "listening",
    length === 0 ? "No one else is here" : length === 1 ? "1 other participant" : `${length} other participants`,
  ];
}

function Other({ one }: { one: Participant }) {
  const agentState = one.agentState ?? null;
  return (
    <li className="other" data-testid="other" data-uid={one.uid} data-voice={one.voice}>
      {agentState !== null && (
        <span data-look={agentState}>
          <StateShape look={agentState} size={14} />
        </span>
      )}
      <span>{`${agentState === null ? "User" : "Agent"} ${one.uid}`}</span>
      <small>
        {[agentState ?? "", one.voice ? "audio" : "no audio", one.picture === null ? "" : "video"]
          .filter((word) => word !== "")
          .join(", ")}
      </small>
    </li>
  );
}

function Face({ one }: { one: Participant }) {
  const video = useVideo(one.picture);
  return <video ref={video} className="face" muted autoPlay playsInline aria-label={`Video of ${one.uid}`} />;
}
