/** Handles the media events of a call: updates transcript, event log and page, and reports to the server. */

import type { AgentWatch } from "./agent-watch";
import type { AvatarVideo } from "./avatar-video";
import type { MediaEvents } from "./call-media";
import type { Conversation } from "./conversation";
import type { LevelHistory } from "./level-history";
import { microphoneProblem, vendorProblem } from "./problems";
import { type Quality, QualityChanges } from "./quality";
import type { Report } from "./report";
import type { ServerConnection } from "./server-connection";
import type { Silence } from "./silence";
import type { SoundEvent } from "./sound";
import { type CallEvent, isFault, type Microphone } from "./state";
import type { Timers } from "./timers";
import { callRecord, type ToolCall } from "./tool-calls";

const FLASH_MS = 1400;

/** What the media events of a call act on. */
export interface Parts {
  readonly report: Report;
  readonly server: ServerConnection;
  readonly agent: AgentWatch;
  readonly conversation: Conversation;
  readonly silence: Silence;
  readonly picture: AvatarVideo;
  readonly timers: Timers;
  readonly levelHistory: () => LevelHistory;
  readonly onLost: (reason: string) => void;
}

/** The handlers of a call's media events. */
export function reactions(parts: Parts): MediaEvents {
  const { report, server, agent, conversation } = parts;
  const changes = new QualityChanges();
  let away = agent.rejoined;
  return {
    onStep: (step) => report.step(step),
    onMicrophone: (microphone) => microphoneChanged(report, microphone),
    onAgentSeen: () => agent.came(),
    onAgentGone: (reason) => server.send("agent_gone", { reason }),
    onTranscript: (items) => conversation.hear(items),
    onAgentState: (agentState) => agent.agentState(agentState),
    onInterrupted: (turnId) => interrupted(parts, turnId),
    onStages: (turnId, stages, endedBy) => conversation.stages(turnId, stages, endedBy),
    onVendorError: (module, code, message) => {
      report.log("vendor_error", `${module} ${code}: ${message}`);
      report.dispatch({ type: "problem", problem: vendorProblem(module, code, message) });
    },
    onToolCall: (call) => toolCalled(parts, call),
    onSound: (event) => sound(parts, event),
    onVideo: (track) => face(parts, track),
    onSoundBlocked: () => report.dispatch({ type: "sound_blocked", blocked: true }),
    onConnection: (online) => {
      report.dispatch({ type: "channel", online });
      if (online && away) server.send("missed", {}); // asks for the turns that this page missed
      away = !online;
    },
    onQuality: (quality) => network(report, changes, quality),
    onLost: (reason) => parts.onLost(reason),
    onTokenExpiring: () => server.send("renew", {}),
    onLog: (kind, detail) => report.log(kind, detail),
  };
}

/** The event for the server's idle warning; `leftS` in seconds, anything else cancels it. */
export function idleWarning(leftS: unknown): CallEvent {
  return { type: "idle_warning", endsAtMs: typeof leftS === "number" ? Date.now() + leftS * 1000 : null };
}

/** Reported when it has ended, so that neither a reload nor a crash loses it. */
function toolCalled({ conversation, report, server }: Parts, call: ToolCall): void {
  report.dispatch({ type: "tool_call", call });
  if (call.status !== "running") server.send("tool_call", callRecord(call, conversation.nowMs()));
}

function interrupted({ conversation, levelHistory, report, timers }: Parts, turnId: number): void {
  conversation.interrupted(turnId);
  levelHistory().mark(performance.now());
  report.dispatch({ type: "interrupted", shown: true });
  timers.later(FLASH_MS, () => report.dispatch({ type: "interrupted", shown: false }));
}

function microphoneChanged(report: Report, microphone: Microphone): void {
  report.dispatch({ type: "microphone", microphone });
  if (isFault(microphone)) report.dispatch({ type: "problem", problem: microphoneProblem(microphone) });
}

function network(report: Report, changes: QualityChanges, quality: Quality): void {
  if (!changes.isNew(quality)) return;
  report.dispatch({ type: "network", quality });
  const change = changes.of(quality);
  if (change !== null) report.log("network", change);
}

function sound({ agent, conversation, silence }: Parts, event: SoundEvent): void {
  agent.sound(event);
  conversation.sound(event);
  silence.sound(event);
}

function face({ picture, report }: Parts, track: MediaStreamTrack | null): void {
  const before = picture.shown.get().state;
  picture.setTrack(track);
  const { state } = picture.shown.get();
  report.log("picture", track === null ? "gone" : "came");
  if (state === "lost" && before === "playing")
    report.dispatch({ type: "notice", text: "Lost the avatar's video. The call continues by voice." });
}
