/** A presenter's scripted call: which of its lines is said next. */

import type { Lines } from "./line";
import type { CallState } from "./state";

/** Null while the agent has the floor or nothing can be sent, when all lines were said, and when there are none. */
export function nextLine(state: CallState, lines: Lines): string | null {
  const canSay = state.phase === "live" && state.serverOnline && !state.held;
  if (!canSay || state.agentState !== "listening" || lines.at(-1)?.speaker === "user") return null;
  const said = new Set(lines.flatMap((line) => (line.speaker === "user" ? [line.text] : [])));
  return state.script.find((line) => !said.has(line)) ?? null;
}
