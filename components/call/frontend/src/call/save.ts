/** Exports a transcript or log, to the clipboard or a file. */

import { clock } from "../formatting";
import { type LatencyStage, waterfall } from "./insight";
import type { Lines } from "./line";

const NAMES: Record<LatencyStage, string> = {
  heard: "heard",
  thought: "thought",
  tools: "tools",
  spoke: "spoke",
  arrived: "delivered",
};

export function transcriptText(lines: Lines, agentName: string): string {
  return lines
    .map((line) => {
      const marks = [
        line.source === "voice" ? "" : line.source,
        line.state === "interrupted" || line.state === "failed" ? line.state : "",
      ];
      const note = marks.filter(Boolean).join(", ");
      return `[${clock(line.startedMs)}] ${line.speaker === "user" ? "You" : agentName}${note ? ` (${note})` : ""}: ${line.text}`;
    })
    .join("\n");
}

export function transcriptJson(lines: Lines, agentName: string): string {
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
  return JSON.stringify({ agent: agentName, turns }, null, 2);
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

export function download(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
