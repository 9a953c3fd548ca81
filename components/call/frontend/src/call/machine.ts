/** The state machine of a call, a pure reducer without SDK, socket or clock. */

import type { Ticket } from "../ticket";
import { type CallEvent, type CallState, INITIAL, type Look, type Phase } from "./state";
import { toolCall, withCall } from "./tool-calls";

type Row<T extends CallEvent["type"]> = Partial<Record<T, Phase>>;

/** phase → event → next phase. An event that isn't in its phase's row is ignored. */
export const TRANSITIONS: Record<Phase, Row<CallEvent["type"]>> = {
  idle: { launch: "asking", ticket: "joining" },
  asking: { ticket: "joining", refused: "failed", cancel: "idle" },
  joining: during("joining", { ticket: "joining", agent_seen: "live", cancel: "ending", end: "ending" }),
  live: during("live", { ticket: "joining", end: "ending", released: "live" }),
  ending: during("ending", { fail: "ended" }),
  // A refused start says "ended" first and its problem right after.
  ended: { launch: "asking", ticket: "joining", fail: "failed", problem: "ended", notice: "ended" },
  failed: { launch: "asking", ticket: "joining", problem: "failed", fail: "failed", withdrawn: "idle" },
};

function during(phase: Phase, moves: Row<CallEvent["type"]>): Row<CallEvent["type"]> {
  const stays: CallEvent["type"][] = [
    "step",
    "agent_state",
    "interrupted",
    "microphone",
    "muted",
    "server",
    "channel",
    "network",
    "sound_blocked",
    "problem",
    "not_replaced",
    "notice",
    "idle_warning",
    "unsent",
    "tool_call",
  ];
  return { ...Object.fromEntries(stays.map((type) => [type, phase])), over: "ended", fail: "failed", ...moves };
}

/** End reasons that are failures. */
const FAILURES = new Set(["refused", "agent_failed", "start_timeout", "stage_lost", "lost"]);

/** The state after an event; the same object if the event is ignored. */
export function reduce(state: CallState, event: CallEvent): CallState {
  const phase = TRANSITIONS[state.phase][event.type];
  return phase === undefined ? state : { ...state, ...known(state, event), phase };
}

/** The state that an event changes, apart from the phase. */
function known(state: CallState, event: CallEvent): Partial<CallState> {
  switch (event.type) {
    case "launch":
    case "withdrawn":
      return { ...INITIAL, agentName: state.agentName };
    case "refused":
    case "problem":
      return { problem: event.problem };
    case "ticket":
      return {
        ...INITIAL,
        sessionId: event.sessionId,
        agentName: event.agentName,
        place: event.place,
        capS: event.capS ?? 0,
        cost: event.cost ?? null,
        realtime: event.realtime ?? false,
        held: event.held ?? false,
        script: event.script ?? [],
        calls: event.calls ?? [],
      };
    case "not_replaced":
      return { problem: event.problem, notReplaced: event.problem };
    case "step":
      return { steps: { ...state.steps, [event.step]: event.ms } };
    case "agent_seen":
      return { liveSince: event.atMs, channelOnline: true };
    case "released":
      return { held: false, liveSince: event.atMs };
    case "over":
      return { ...stopped(state, event.atMs, event.lengthMs), endReason: event.reason, endDetail: event.detail };
    case "fail":
      return { ...stopped(state, event.atMs), problem: event.problem };
    case "agent_state":
      return { agentState: event.agentState };
    case "interrupted":
      return { interrupted: event.shown };
    case "microphone":
      return { microphone: event.microphone };
    case "muted":
      return { muted: event.muted };
    case "server":
      return { serverOnline: event.online };
    case "channel":
      return { channelOnline: event.online };
    case "network":
      return { network: event.quality };
    case "sound_blocked":
      return { soundBlocked: event.blocked };
    case "notice":
      return { notice: event.text };
    case "idle_warning":
      return { idleEndsAt: event.endsAtMs };
    case "unsent":
      return { unsent: event.text };
    case "tool_call":
      return { calls: withCall(state.calls, event.call) };
    case "noted":
    case "end":
    case "cancel":
      return {};
  }
}

/** The event of a ticket that arrived. */
export function entered({ session_id, agent_name, place, cap_s, cost, realtime, held, script, tool_calls }: Ticket): CallEvent {
  return {
    type: "ticket",
    sessionId: session_id,
    agentName: agent_name,
    place,
    capS: cap_s ?? 0,
    cost: cost ?? null,
    realtime: realtime ?? false,
    held: held ?? false,
    script: script ?? [],
    calls: (tool_calls ?? []).map(toolCall).filter((call) => call !== null),
  };
}

function stopped(state: CallState, atMs: number, recordedMs: number | null = null): Partial<CallState> {
  const lengthMs = state.lengthMs ?? (state.liveSince === null ? null : (recordedMs ?? Math.max(0, atMs - state.liveSince)));
  return {
    lengthMs,
    interrupted: false,
    microphone: "off",
    network: null,
    soundBlocked: false,
    notice: null,
    idleEndsAt: null,
    serverOnline: false,
    channelOnline: false,
  };
}

/** The state to show. */
export function lookOf(state: CallState): Look {
  switch (state.phase) {
    case "idle":
      return "idle";
    case "asking":
    case "joining":
      return "joining";
    case "live":
      if (!state.channelOnline) return "joining";
      return state.interrupted ? "interrupted" : state.agentState;
    case "ending":
      return "ended";
    case "ended":
      return FAILURES.has(state.endReason ?? "") ? "error" : "ended";
    case "failed":
      return "error";
  }
}

/** Whether a call is starting, running or ending. */
export function isBusy(phase: Phase): boolean {
  return phase !== "idle" && phase !== "ended" && phase !== "failed";
}
