/** The next line of a presenter's scripted call. */

import type { Lines } from "./line";
import type { CallState } from "./state";

/** Null while the agent thinks or speaks or nothing can be sent, and when all lines were said. */
export function nextLine(state: CallState, lines: Lines): string | null {
  const canSay = state.phase === "live" && state.serverOnline && !state.held;
  if (!canSay || state.agentState !== "listening" || lines.at(-1)?.speaker === "user") return null;
  const said = new Set(lines.flatMap((line) => (line.speaker === "user" ? [line.text] : [])));
  return state.script.find((line) => !said.has(line)) ?? null;
}
