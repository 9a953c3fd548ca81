/** The agent's tool calls, as the twin reports them; Agora reports none. Pure. */

import type { FieldsFromStage } from "../protocol";

/** `running`, then a final status, as stored. */
export type CallStatus = "running" | "ok" | "error" | "timeout" | "invalid" | "cancelled";
const STATUSES: readonly CallStatus[] = ["running", "ok", "error", "timeout", "invalid", "cancelled"];

type Asker = "model" | "text" | "rule";

/** One tool call. */
export interface ToolCall {
  readonly id: string;
  readonly turnId: number;
  readonly tool: string;
  /** JSON, as the model wrote it. */
  readonly arguments: string;
  /** The result that the model received; "" while running. */
  readonly result: string;
  readonly status: CallStatus;
  /** The MCP server; "" = a function. */
  readonly server: string;
  readonly mocked: boolean;
  /** "rule": the built-in brain. */
  readonly askedBy: Asker;
  readonly durationMs: number;
}

/** Reads a reported or stored tool call; null if it isn't one. */
export function toolCall(payload: unknown): ToolCall | null {
  if (typeof payload !== "object" || payload === null) return null;
  const message = payload as Record<string, unknown>;
  const { call_id: id, tool, turn_id: turnId } = message;
  const status = STATUSES.find((known) => known === message["status"]);
  if (typeof id !== "string" || typeof tool !== "string" || !Number.isInteger(turnId) || status === undefined) return null;
  const text = (name: string) => (typeof message[name] === "string" ? (message[name] as string) : "");
  return {
    id,
    turnId: turnId as number,
    tool,
    arguments: text("arguments"),
    result: text("result"),
    status,
    server: text("server"),
    mocked: message["mocked"] === true,
    askedBy: ASKERS.find((known) => known === message["asked_by"]) ?? "model",
    durationMs: Number(message["duration_ms"]) || 0,
  };
}

const ASKERS: readonly Asker[] = ["text", "rule"];

/** The message that stores an ended tool call; `nowMs` on the session's clock. */
export function callRecord(call: ToolCall, nowMs: number): FieldsFromStage<"tool_call"> {
  return {
    call_id: call.id,
    turn_id: call.turnId,
    tool: call.tool,
    arguments: call.arguments,
    status: call.status,
    result: call.result,
    started_ms: Math.max(0, nowMs - call.durationMs),
    duration_ms: call.durationMs,
    server: call.server,
    mocked: call.mocked,
    asked_by: call.askedBy,
  };
}

/** The calls with this one updated, or added at the end. */
export function withCall(calls: readonly ToolCall[], call: ToolCall): readonly ToolCall[] {
  const at = calls.findIndex(({ id }) => id === call.id);
  return at < 0 ? [...calls, call] : calls.with(at, call);
}

/** JSON, indented; any other text unchanged. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
