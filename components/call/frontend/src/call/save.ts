/** Exports a transcript or log, to the clipboard or a file. */

import { clock } from "../formatting";
import { type LatencyStage, waterfall } from "./insight";
import type { Lines } from "./line";
import { toolText } from "./log-text";
import type { ToolCall } from "./tool-calls";

const NAMES: Record<LatencyStage, string> = {
  heard: "heard",
  thought: "thought",
  tools: "tools",
  spoke: "spoke",
  arrived: "delivered",
};

/** The transcript as text, one line per turn, "[0:05] Ava (typed): …", with each tool call before the reply of its turn. */
export function transcriptText(lines: Lines, agentName: string, calls: readonly ToolCall[] = []): string {
  const answered = new Set(lines.filter(({ speaker }) => speaker === "agent").map(({ turnId }) => turnId));
  const rest = calls.filter(({ turnId }) => !answered.has(turnId)).map(callText);
  const spoken = lines.flatMap((line) => {
    const own = line.speaker === "agent" ? calls.filter(({ turnId }) => turnId === line.turnId) : [];
    return [...own.map(callText), lineText(line, agentName)];
  });
  return [...spoken, ...rest].join("\n");
}

function callText(call: ToolCall): string {
  return `${toolText(call)[1]}${call.status === "running" ? "" : `, called with ${call.arguments}`}`;
}

function lineText(line: Lines[number], agentName: string): string {
  const marks = [
    line.source === "voice" ? "" : line.source,
    line.state === "interrupted" || line.state === "failed" ? line.state : "",
  ];
  const note = marks.filter(Boolean).join(", ");
  return `[${clock(line.startedMs)}] ${line.speaker === "user" ? "You" : agentName}${note ? ` (${note})` : ""}: ${line.text}`;
}

/** The transcript as JSON with tool calls, times and latencies in ms. */
export function transcriptJson(lines: Lines, agentName: string, calls: readonly ToolCall[] = []): string {
  const turns = lines.map((line) => ({
    turn_id: line.turnId,
    speaker: line.speaker,
    text: line.text,
    source: line.source,
    state: line.state,
    started_ms: line.startedMs,
    ended_ms: line.endedMs,
    latency_ms: line.latencyMs,
    latency_breakdown_ms: Object.fromEntries((waterfall(line)?.parts ?? []).map(({ stage, ms }) => [NAMES[stage], ms])),
    agora_segments_ms: line.stages ?? {},
  }));
  const toolCalls = calls.map((call) => ({
    turn_id: call.turnId,
    tool: call.tool,
    arguments: call.arguments,
    result: call.result,
    status: call.status,
    duration_ms: call.durationMs,
    server: call.server,
    mocked: call.mocked,
    asked_by: call.askedBy,
  }));
  return JSON.stringify({ agent: agentName, turns, ...(calls.length > 0 && { tool_calls: toolCalls }) }, null, 2);
}

/** True when the text is on the clipboard. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Downloads a text as a file. */
export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
