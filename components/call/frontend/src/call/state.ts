/** The state of a call and the events that change it; machine.ts has the transitions. */

import type { CallCost, Place, Problem } from "../ticket";
import type { Quality } from "./quality";
import type { ToolCall } from "./tool-calls";

/** The phases of a call; `asking` waits for Python's ticket. */
export type Phase = "idle" | "asking" | "joining" | "live" | "ending" | "ended" | "failed";
/** The agent's state, as Agora names it. */
export type AgentState = "listening" | "thinking" | "speaking";
/** A call's state as shown; each has one color and one shape everywhere. */
export type Look = "idle" | "joining" | "listening" | "thinking" | "speaking" | "interrupted" | "error" | "ended";
/** agent: its start was confirmed · seen: it joined the channel · sound: its first audio. */
export type Step = "ticket" | "microphone" | "channel" | "agent" | "seen" | "sound";
/** The launch steps in order. */
export const STEPS: readonly Step[] = ["ticket", "microphone", "channel", "agent", "seen", "sound"];
/** Why a device can't be used: access is blocked, there is none, or another app has it. */
export type DeviceFault = "denied" | "missing" | "busy";
/** The microphone of a call; `asked` waits for permission. */
export type Microphone = "off" | "asked" | "open" | DeviceFault;

/** Whether there is no microphone, and why. */
export function isFault(microphone: Microphone): microphone is DeviceFault {
  return microphone === "denied" || microphone === "missing" || microphone === "busy";
}

/** Everything that the page shows of a call. */
export interface CallState {
  phase: Phase;
  sessionId: string | null;
  agentName: string;
  place: Place;
  agentState: AgentState;
  /** True while a barge-in is shown. */
  interrupted: boolean;
  /** Milliseconds from the start of the launch to the end of each step. */
  steps: Partial<Record<Step, number>>;
  microphone: Microphone;
  muted: boolean;
  serverOnline: boolean;
  channelOnline: boolean;
  /** Null until it is known. */
  network: Quality | null;
  soundBlocked: boolean;
  problem: Problem | null;
  /** Why this call wasn't replaced by another one. */
  notReplaced: Problem | null;
  notice: string | null;
  /** When the call ends as idle, wall clock in ms; null if it isn't about to. */
  idleEndsAt: number | null;
  /** A typed message that couldn't be sent, to be put back into the composer. */
  unsent: string | null;
  /** Wall clock, ms; null until the agent has joined. */
  liveSince: number | null;
  lengthMs: number | null;
  endReason: string | null;
  endDetail: string;
  /** The call is ended after this many seconds; 0 = not known. */
  capS: number;
  /** Engines and price of this call; null = not known. */
  cost: CallCost | null;
  /** A realtime model speaks for the agent. */
  realtime: boolean;
  /** Connected ahead of a presentation: the agent waits and the microphone is muted until Start. */
  held: boolean;
  /** The caller's lines of a presenter's scripted call; empty in any other call. */
  script: readonly string[];
  /** Tool calls in the order in which they started. */
  calls: readonly ToolCall[];
}

/** The state without a call. */
export const INITIAL: CallState = {
  phase: "idle",
  sessionId: null,
  agentName: "",
  place: "twin",
  agentState: "listening",
  interrupted: false,
  steps: {},
  microphone: "off",
  muted: false,
  serverOnline: false,
  channelOnline: false,
  network: null,
  soundBlocked: false,
  problem: null,
  notReplaced: null,
  notice: null,
  idleEndsAt: null,
  unsent: null,
  liveSince: null,
  lengthMs: null,
  endReason: null,
  endDetail: "",
  capS: 0,
  cost: null,
  realtime: false,
  held: false,
  script: [],
  calls: [],
};

/** What changes the state or is logged. */
export type CallEvent =
  | { type: "launch" }
  | { type: "refused"; problem: Problem | null }
  /** The problem that prevented the launch was fixed. */
  | { type: "withdrawn" }
  | {
      type: "ticket";
      sessionId: string;
      agentName: string;
      place: Place;
      capS?: number;
      cost?: CallCost | null;
      realtime?: boolean;
      held?: boolean;
      script?: readonly string[];
      /** Tool calls from before a reload. */
      calls?: readonly ToolCall[];
    }
  /** For the log only. */
  | { type: "noted"; kind: string; detail: string }
  | { type: "step"; step: Step; ms: number }
  | { type: "agent_seen"; atMs: number }
  /** The presenter pressed Start. */
  | { type: "released"; atMs: number }
  | { type: "end" }
  | { type: "cancel" }
  /** `lengthMs`: as stored; null if the server didn't report the end. */
  | { type: "over"; reason: string; detail: string; atMs: number; lengthMs?: number | null }
  | { type: "fail"; problem: Problem; atMs: number }
  | { type: "agent_state"; agentState: AgentState }
  | { type: "interrupted"; shown: boolean }
  | { type: "microphone"; microphone: Microphone }
  | { type: "muted"; muted: boolean }
  | { type: "server"; online: boolean }
  | { type: "channel"; online: boolean }
  | { type: "network"; quality: Quality }
  | { type: "sound_blocked"; blocked: boolean }
  | { type: "problem"; problem: Problem | null }
  /** The call that was to replace this one didn't start. */
  | { type: "not_replaced"; problem: Problem }
  | { type: "notice"; text: string | null }
  | { type: "idle_warning"; endsAtMs: number | null }
  | { type: "unsent"; text: string | null }
  | { type: "tool_call"; call: ToolCall };
