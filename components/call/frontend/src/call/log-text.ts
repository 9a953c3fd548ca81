/** Describes an event of a call for its log. */

import { milliseconds } from "../formatting";
import { howItEnded, STEP_LABELS, TOOL_STATUS_LABELS } from "../labels";
import type { CallEvent, Microphone } from "./state";
import type { ToolCall } from "./tool-calls";

/** The kinds of events that the log can be filtered by. */
export type LogKind = "state" | "step" | "message" | "error";

/** The text of a logged event. */
export interface LogText {
  kind: LogKind;
  text: string;
  /** The event as the code names it, e.g. "step agent". */
  raw: string;
}

const MICROPHONE: Record<Microphone, string> = {
  off: "Microphone off",
  asked: "Microphone requested",
  open: "Microphone on",
  denied: "Microphone blocked",
  missing: "No microphone found",
  busy: "Microphone in use by another app",
};

/** Events of the log by their raw names, as on the session's page. */
const NOTED: Record<string, string> = {
  join_failed: "Couldn't join",
  agent_missing: "The agent didn't join",
  channel_lost: "Channel lost",
  renew_failed: "Token renewal failed",
  vendor_error: "Vendor error",
  meters_failed: "Level meters failed",
  media_fault: "Media error",
  microphone: "Microphone",
  microphone_failed: "Microphone failed",
  network: "Network",
  picture: "Avatar video",
};

/** Null for an event that isn't logged. */
export function logText(event: CallEvent): LogText | null {
  const found = textOf(event);
  return found === null ? null : { kind: found[0], text: found[1], raw: rawOf(event) };
}

function rawOf(event: CallEvent): string {
  if (event.type === "step") return `step ${event.step}`;
  return event.type === "noted" ? event.kind : event.type;
}

function textOf(event: CallEvent): [LogKind, string] | null {
  switch (event.type) {
    case "step":
      return ["step", `${STEP_LABELS[event.step]} after ${milliseconds(event.ms)}`];
    case "agent_state":
      return ["state", `Agent ${event.agentState}`];
    case "microphone":
      return ["state", MICROPHONE[event.microphone]];
    case "muted":
      return ["state", event.muted ? "Muted" : "Unmuted"];
    case "server":
      return ["state", event.online ? "Connected to Greenroom" : "Lost the connection to Greenroom"];
    case "channel":
      return ["state", event.online ? "Channel connected" : "Channel reconnecting"];
    case "interrupted":
      return when(event.shown, "state", "Agent interrupted");
    case "sound_blocked":
      return when(event.blocked, "error", "The browser is blocking audio");
    case "refused":
    case "problem":
    case "not_replaced":
    case "fail":
      return event.problem ? ["error", `${event.problem.message} ${event.problem.advice}`.trim()] : null;
    case "over":
      return ["state", [howItEnded(event.reason), event.detail].filter(Boolean).join(": ")];
    case "notice":
      return event.text === null ? null : ["message", event.text];
    case "idle_warning":
      return when(event.endsAtMs !== null, "state", "No activity: the call is about to end");
    case "noted":
      return [/fail|lost|error|missing/.test(event.kind) ? "error" : "message", notedText(event.kind, event.detail)];
    case "ticket":
      return ["state", `Session ${event.sessionId}`];
    case "tool_call":
      return toolText(event.call);
    case "unsent":
      return when(event.text !== null, "error", "A message wasn't delivered");
    case "network":
      return null; // its changes are noted by the call
    case "launch":
      return ["state", "Launch requested"];
    case "released":
      return ["state", "Presentation started"];
    case "agent_seen":
      return ["state", "Agent in the channel"];
    case "end":
      return ["state", "End requested"];
    case "cancel":
    case "withdrawn":
      return ["state", "Cancel requested"];
  }
}

/** Describes a tool call that started or ended. */
export function toolText({ tool, status, mocked, durationMs, arguments: input, result }: ToolCall): [LogKind, string] {
  const what = `${tool}${mocked ? " (mocked)" : ""}`;
  if (status === "running") return ["message", `Tool ${what} called with ${input}`];
  const how = `Tool ${what}: ${TOOL_STATUS_LABELS[status].toLowerCase()} after ${milliseconds(durationMs)}`;
  return [status === "ok" || status === "cancelled" ? "message" : "error", `${how}, ${result.slice(0, 300)}`];
}

function when(shown: boolean, kind: LogKind, text: string): [LogKind, string] | null {
  return shown ? [kind, text] : null;
}

function notedText(kind: string, detail: string): string {
  const named = NOTED[kind] ?? kind.replaceAll("_", " ");
  return detail === "" ? named : `${named}: ${detail}`;
}
