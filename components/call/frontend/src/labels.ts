/** Labels of states, steps, end reasons and tool calls on the stage, as on the studio's pages. */

import type { LatencyStage } from "./call/insight";
import type { Grade } from "./call/quality";
import type { CallState, Look, Step } from "./call/state";
import type { CallStatus } from "./call/tool-calls";
import type { Phrase } from "./phrases";
import type { Place, StageData } from "./ticket";

/** Labels of the states. */
export const LABELS: Record<Look, Phrase> = {
  idle: "Ready",
  joining: "Joining",
  listening: "Listening",
  thinking: "Thinking",
  speaking: "Speaking",
  interrupted: "Interrupted",
  error: "Something went wrong",
  ended: "Call ended",
};

/** Labels of the launch steps. */
export const STEP_LABELS: Record<Step, Phrase> = {
  ticket: "Call set up",
  microphone: "Microphone on",
  channel: "Channel joined",
  agent: "Agent started",
  seen: "Agent joined",
  sound: "First audio",
};

/** Help for a step that takes long. */
export const STEP_HELP: Record<Step, Phrase> = {
  ticket: "Waiting for Greenroom. Check that it's running, then cancel and launch again.",
  microphone: "Waiting for microphone access. Answer the browser's prompt near the address bar.",
  channel: "Waiting for the audio network. A firewall or VPN may be blocking it; try another network.",
  agent: "Waiting for Agora to start the agent. Cancel to change something first.",
  seen: "The agent has started and should join any moment now. If it doesn't, cancel and launch again.",
  sound: "The agent has joined but hasn't spoken. Without a greeting, you speak first.",
};

/** Labels of network grades. */
export const NETWORK: Record<Grade, string> = {
  unknown: "Unknown",
  good: "Good",
  fair: "Fair",
  poor: "Poor",
  none: "Disconnected",
};

/** The parts of a response's latency, in order. */
export const LATENCY_LABELS: Record<LatencyStage, string> = {
  heard: "Heard",
  thought: "Thought",
  tools: "Tools",
  spoke: "Spoke",
  arrived: "Delivered",
};

/** Labels of tool call statuses. */
export const TOOL_STATUS_LABELS: Record<CallStatus, string> = {
  running: "Running…",
  ok: "Done",
  error: "Failed",
  timeout: "Timed out",
  invalid: "Invalid arguments",
  cancelled: "Canceled",
};

/** Why a caller's turn ended. */
export const TURN_END_LABELS: Partial<Record<string, string>> = {
  meaning: "Turn ended by meaning",
  silence: "Turn ended by silence",
  longest_wait: "Turn ended by maximum wait",
};

/** The source of a line that wasn't spoken. */
export const SOURCE_LABELS: Partial<Record<string, string>> = {
  typed: "Typed",
  greeting: "Greeting",
  say: "Scripted",
  whisper: "Whispered",
};

const ENDS: Record<string, Phrase> = {
  ended: "You ended the call",
  cancelled: "Launch canceled",
  tab_closed: "The page was closed",
  stage_lost: "The connection was lost",
  idle: "Ended after a period of inactivity",
  agent_failed: "The agent failed",
  refused: "The agent couldn't start",
  start_timeout: "The agent didn't start in time",
  capped: "Maximum call length reached",
  restarted: "Replaced by another call",
  stopped: "Stopped by Greenroom",
  lost: "Greenroom restarted during the call",
};

/** The label of an end reason; null is the user's End. */
export function howItEnded(reason: string | null): Phrase {
  return ENDS[reason ?? "ended"] ?? "Call ended";
}

/** The label of the state, which depends on the phase, too. */
export function labelOf(state: CallState, look: Look): Phrase {
  if (state.phase === "asking") return "Starting";
  if (state.phase === "live" && state.held && state.channelOnline) return "Connected";
  if (state.phase === "ending") return "Ending";
  if (state.phase === "live" && !state.channelOnline) return "Reconnecting";
  if (state.phase === "failed" && state.lengthMs === null) return "Couldn't start";
  return LABELS[look];
}

/** Where calls run; `project`: the end of the App ID. */
export function whereItRuns(place: Place, project?: string | null): string {
  if (place === "twin") return "Offline twin";
  return project ? `Live on Agora · project ${project}` : "Live on Agora";
}

/** The offline brain of the running call, or of the selected agent; null = the agent's own model, or a call on Agora. */
export function brainOf(state: CallState, stage: StageData): string | null {
  if ((state.sessionId === null ? stage.place : state.place) === "cloud") return null;
  const running = state.phase === "live" ? state.cost?.engines.find((engine) => engine.role === "brain")?.label : undefined;
  if (running !== undefined && !stage.brain?.startsWith(running)) return running;
  return stage.brain ?? null;
}
