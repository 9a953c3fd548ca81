/** What passes between the stage and our server. `components/call/protocol.py` says the same; a test compares them. */

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
  // a tool call that is over, as the twin told it
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
  // `ref` is the stage's name of a message; it comes back in accepted or problem. priority: interrupt | append | ignore
  typed: ["text", "priority", "ref"], // a message instead of speech
  say: ["text", "priority", "ref"], // the agent says exactly this; at most 512 bytes
  whisper: ["text", "ref"], // an instruction that the agent keeps in mind without answering at once
  interrupt: [],
  event: ["kind", "detail"], // for the event log
  renew: [], // the token will expire
  missed: [], // the browser is in the channel again after it was away: it wants the turns that it may not have heard
  end: ["reason"], // ended | cancelled | tab_closed
} as const;

/** server → stage */
export const TO_STAGE = {
  welcome: ["server_ms"],
  agent: ["agent_id", "status"], // the agent was started
  accepted: ["ref"], // Agora has taken this typed, say or whisper
  // something went wrong; fatal = the call is over; ref = the message that did not get through, or ""
  problem: ["message", "advice", "fatal", "ref"],
  notice: ["text"], // e.g. "Prompt applied: Ava follows it from the next turn"
  idle_warning: ["left_s"], // the call ends in so many seconds unless the caller does something; null = no longer
  token: ["token"], // answer to renew
  // answer to missed: one of the newest turns of the record
  turn: ["turn_id", "speaker", "text", "started_ms", "ended_ms", "source", "interrupted", "latency_ms"],
  ended: ["reason", "detail", "length_s"], // the session is closed; null = no agent started
} as const;

type Scalar = string | number | boolean | null;
type Table = Record<string, readonly string[]>;
type Fields<T extends Table, K extends keyof T> = Record<T[K][number], Scalar>;

export type FromStage = keyof typeof FROM_STAGE;
export type FieldsFromStage<K extends FromStage> = Fields<typeof FROM_STAGE, K>;

/** A message of the server after the check at the border: a known type, its fields unread. */
export interface ToStage {
  type: keyof typeof TO_STAGE;
  fields: Record<string, unknown>;
}

/** What a message does to an agent that is thinking or speaking: stop it, wait for its end, be dropped. */
export type Priority = "interrupt" | "append" | "ignore";

/** The reasons a stage may give for ending its own call. */
export type LeaveReason = "ended" | "cancelled" | "tab_closed" | "stage_lost" | "start_timeout";

/** The reasons a caller has for ending a call: End, or Cancel while it starts. */
export type UserEnd = Extract<LeaveReason, "ended" | "cancelled">;

/** Reads one message of the server; null for anything that is none. */
export function readMessage(raw: unknown): ToStage | null {
  if (typeof raw !== "string") return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    return null;
  }
  if (typeof parsed !== "object" || parsed === null) return null;
  const fields = parsed as Record<string, unknown>;
  const type = fields["type"];
  return typeof type === "string" && Object.hasOwn(TO_STAGE, type) ? { type: type as ToStage["type"], fields } : null;
}
