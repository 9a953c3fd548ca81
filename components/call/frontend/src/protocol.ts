/** Messages between the stage and our server. A test compares them with `components/call/protocol.py`. */

import { jsonObject } from "./json-object";

/** stage → server: the type, and the fields it carries */
export const FROM_STAGE = {
  hello: ["capability"],
  joined: ["uid"], // the browser is in the channel and its microphone is published: start the agent
  greet: [], // a call that was held starts: the agent greets
  heartbeat: ["silent_ms", "caller_silent_ms"], // every 2 s: since anyone was heard, since the caller was heard
  activity: [], // the caller types, clicks or plays a recording in the page: at most every 5 s
  agent_seen: [], // the agent's user-joined arrived
  agent_gone: ["reason"], // the agent's user-left arrived
  turn: ["turn_id", "speaker", "text", "started_ms", "ended_ms", "source", "interrupted", "latency_ms"],
  // an ended tool call, as the twin reported it
  tool_call: [
    "call_id",
    "turn_id",
    "tool",
    "arguments",
    "status",
    "result",
    "started_ms",
    "duration_ms",
    "server",
    "mocked",
    "asked_by",
  ],
  // `ref` is the stage's ID of a message; it is returned in accepted or problem. priority: interrupt | append | ignore
  typed: ["text", "priority", "ref"], // a message instead of speech
  say: ["text", "priority", "ref"], // the agent says exactly this; at most 512 bytes
  whisper: ["text", "ref"], // an instruction that the agent follows without replying to it
  interrupt: [],
  event: ["kind", "detail"], // for the event log
  renew: [], // the token will expire
  missed: [], // the browser has rejoined the channel: asks for the turns that it may have missed
  end: ["reason"], // ended | cancelled | tab_closed
} as const;

/** server → stage */
export const TO_STAGE = {
  welcome: ["server_ms"],
  agent: ["agent_id", "status"], // the agent was started
  accepted: ["ref"], // Agora has taken this typed, say or whisper
  // fatal = the call is over; ref = the message that couldn't be sent, or ""
  problem: ["message", "advice", "fatal", "ref"],
  notice: ["text"], // e.g. "Prompt applied: Ava follows it from the next turn"
  idle_warning: ["left_s"], // seconds until the call ends as idle; null = canceled
  token: ["token"], // answer to renew
  // answer to missed: one of the newest stored turns
  turn: ["turn_id", "speaker", "text", "started_ms", "ended_ms", "source", "interrupted", "latency_ms"],
  ended: ["reason", "detail", "length_s"], // the session is closed; null = no agent started
} as const;

type Scalar = string | number | boolean | null;
type Table = Record<string, readonly string[]>;
type Fields<T extends Table, K extends keyof T> = Record<T[K][number], Scalar>;

/** The types of messages to the server. */
export type FromStage = keyof typeof FROM_STAGE;
/** The fields of a message to the server. */
export type FieldsFromStage<K extends FromStage> = Fields<typeof FROM_STAGE, K>;

/** A message of the server with a known type; its fields aren't validated. */
export interface ToStage {
  type: keyof typeof TO_STAGE;
  fields: Record<string, unknown>;
}

/** What happens to a message if the agent is thinking or speaking: it interrupts, waits, or is dropped. */
export type Priority = "interrupt" | "append" | "ignore";

/** The reasons a stage may give for ending its own call. */
export type LeaveReason = "ended" | "cancelled" | "tab_closed" | "stage_lost" | "start_timeout" | "restarted";

/** The reasons a caller has for ending a call: End, or Cancel while it starts. */
export type UserEnd = Extract<LeaveReason, "ended" | "cancelled">;

/** Parses a message of the server; null if it isn't one. */
export function readMessage(raw: unknown): ToStage | null {
  const fields = jsonObject(raw);
  const type = fields?.["type"];
  return fields !== null && typeof type === "string" && Object.hasOwn(TO_STAGE, type)
    ? { type: type as ToStage["type"], fields }
    : null;
}
