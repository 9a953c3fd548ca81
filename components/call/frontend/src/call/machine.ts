/** The state of the call as a pure reducer: which phase follows which, and what is known in it. Knows no SDK, socket or clock. */

import type { Place, Problem } from "../ticket";
import type { Quality } from "./quality";

export type Phase = "idle" | "asking" | "joining" | "live" | "ending" | "ended" | "failed";
export type Mood = "listening" | "thinking" | "speaking";
/** One colour and one shape each, everywhere. */
export type Look = "idle" | "joining" | "listening" | "thinking" | "speaking" | "interrupted" | "error" | "ended";
/** agent: its start was answered · seen: it is in the channel · sound: it was heard. */
export type Step = "ticket" | "microphone" | "channel" | "agent" | "seen" | "sound";
export const STEPS: readonly Step[] = ["ticket", "microphone", "channel", "agent", "seen", "sound"];
export type Microphone = "off" | "asked" | "open" | "denied" | "missing" | "busy";

export interface CallState {
  phase: Phase;
  sessionId: string | null;
  agentName: string;
  place: Place;
  mood: Mood;
  /** True while the mark of a barge-in is shown. */
  interrupted: boolean;
  /** Milliseconds from the start of the launch to the end of each step. */
  steps: Partial<Record<Step, number>>;
  microphone: Microphone;
  muted: boolean;
  serverOnline: boolean;
  roomOnline: boolean;
  /** Null until it is known. */
  network: Quality | null;
  soundBlocked: boolean;
  problem: Problem | null;
  notice: string | null;
  /** A typed message that did not get through, to be put back where it was typed. */
  unsent: string | null;
  /** Wall clock, ms; null until the agent is there. */
  liveSince: number | null;
  lengthMs: number | null;
  endReason: string | null;
  endDetail: string;
  /** The call is ended after this many seconds; 0 = not known. */
  capS: number;
}

export const INITIAL: CallState = {
  phase: "idle",
  sessionId: null,
  agentName: "",
  place: "twin",
  mood: "listening",
  interrupted: false,
  steps: {},
  microphone: "off",
  muted: false,
  serverOnline: false,
  roomOnline: false,
  network: null,
  soundBlocked: false,
  problem: null,
  notice: null,
  unsent: null,
  liveSince: null,
  lengthMs: null,
  endReason: null,
  endDetail: "",
  capS: 0,
};

export type CallEvent =
  | { type: "launch" }
  | { type: "refused"; problem: Problem | null }
  | { type: "ticket"; sessionId: string; agentName: string; place: Place; capS?: number }
  /** For the log only. */
  | { type: "noted"; kind: string; detail: string }
  | { type: "step"; step: Step; ms: number }
  | { type: "agent_seen"; atMs: number }
  | { type: "end" }
  | { type: "cancel" }
  | { type: "over"; reason: string; detail: string; atMs: number }
  | { type: "fail"; problem: Problem; atMs: number }
  | { type: "mood"; mood: Mood }
  | { type: "interrupted"; shown: boolean }
  | { type: "microphone"; microphone: Microphone }
  | { type: "muted"; muted: boolean }
  | { type: "server"; online: boolean }
  | { type: "room"; online: boolean }
  | { type: "network"; quality: Quality }
  | { type: "sound_blocked"; blocked: boolean }
  | { type: "problem"; problem: Problem | null }
  | { type: "notice"; text: string | null }
  | { type: "unsent"; text: string | null };

type Row<T extends CallEvent["type"]> = Partial<Record<T, Phase>>;

/** phase → event → next phase. An event that is not in its phase's row changes nothing at all. */
export const TRANSITIONS: Record<Phase, Row<CallEvent["type"]>> = {
  idle: { launch: "asking", ticket: "joining" },
  asking: { ticket: "joining", refused: "failed", cancel: "idle" },
  joining: during("joining", { agent_seen: "live", cancel: "ending", end: "ending" }),
  live: during("live", { end: "ending" }),
  ending: during("ending", { fail: "ended" }),
  // A refused start says "ended" first and its problem right after.
  ended: { launch: "asking", ticket: "joining", fail: "failed", problem: "ended", notice: "ended" },
  failed: { launch: "asking", ticket: "joining", problem: "failed", fail: "failed" },
};

function during(phase: Phase, moves: Row<CallEvent["type"]>): Row<CallEvent["type"]> {
  const stays: CallEvent["type"][] = [
    "step",
    "mood",
    "interrupted",
    "microphone",
    "muted",
    "server",
    "room",
    "network",
    "sound_blocked",
    "problem",
    "notice",
    "unsent",
  ];
  return { ...Object.fromEntries(stays.map((type) => [type, phase])), over: "ended", fail: "failed", ...moves };
}

/** Reasons that are a failure, not an end somebody wanted. */
const FAILURES = new Set(["refused", "agent_failed", "start_timeout", "stage_lost", "lost"]);

export function reduce(state: CallState, event: CallEvent): CallState {
  const phase = TRANSITIONS[state.phase][event.type];
  return phase === undefined ? state : { ...state, ...known(state, event), phase };
}

/** What the event says, apart from the phase. */
function known(state: CallState, event: CallEvent): Partial<CallState> {
  switch (event.type) {
    case "launch":
      return { ...INITIAL, agentName: state.agentName };
    case "refused":
    case "problem":
      return { problem: event.problem };
    case "ticket":
      return { ...INITIAL, sessionId: event.sessionId, agentName: event.agentName, place: event.place, capS: event.capS ?? 0 };
    case "step":
      return { steps: { ...state.steps, [event.step]: event.ms } };
    case "agent_seen":
      return { liveSince: event.atMs, roomOnline: true };
    case "over":
      return { ...stopped(state, event.atMs), endReason: event.reason, endDetail: event.detail };
    case "fail":
      return { ...stopped(state, event.atMs), problem: event.problem };
    case "mood":
      return { mood: event.mood };
    case "interrupted":
      return { interrupted: event.shown };
    case "microphone":
      return { microphone: event.microphone };
    case "muted":
      return { muted: event.muted };
    case "server":
      return { serverOnline: event.online };
    case "room":
      return { roomOnline: event.online };
    case "network":
      return { network: event.quality };
    case "sound_blocked":
      return { soundBlocked: event.blocked };
    case "notice":
      return { notice: event.text };
    case "unsent":
      return { unsent: event.text };
    case "noted":
    case "end":
    case "cancel":
      return {};
  }
}

function stopped(state: CallState, atMs: number): Partial<CallState> {
  const lengthMs = state.lengthMs ?? (state.liveSince === null ? null : Math.max(0, atMs - state.liveSince));
  return {
    lengthMs,
    interrupted: false,
    microphone: "off",
    network: null,
    soundBlocked: false,
    notice: null,
    serverOnline: false,
    roomOnline: false,
  };
}

export function lookOf(state: CallState): Look {
  switch (state.phase) {
    case "idle":
      return "idle";
    case "asking":
    case "joining":
      return "joining";
    case "live":
      if (!state.roomOnline) return "joining";
      return state.interrupted ? "interrupted" : state.mood;
    case "ending":
      return "ended";
    case "ended":
      return FAILURES.has(state.endReason ?? "") ? "error" : "ended";
    case "failed":
      return "error";
  }
}

export function isBusy(phase: Phase): boolean {
  return phase === "asking" || phase === "joining" || phase === "live" || phase === "ending";
}
