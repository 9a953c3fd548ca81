/** How facts are written on the stage: the same words as on the studio's pages (components/wording.py). */

import type { Grade } from "./call/quality";
import type { CallState, Look, Step } from "./call/state";
import type { Place } from "./ticket";

export const LABELS: Record<Look, string> = {
  idle: "Ready",
  joining: "Joining",
  listening: "Listening",
  thinking: "Thinking",
  speaking: "Speaking",
  interrupted: "Interrupted",
  error: "Something went wrong",
  ended: "Call ended",
};

export const STEP_WORDS: Record<Step, string> = {
  ticket: "Call ticket",
  microphone: "Microphone",
  channel: "Channel",
  agent: "Agent start",
  seen: "Agent in the channel",
  sound: "First sound",
};

/** Of a step that takes long: what it waits for, and what to do. */
export const STEP_HELP: Record<Step, string> = {
  ticket: "Waiting for Greenroom's server. Check that it still runs, then cancel and launch again.",
  microphone: "Waiting for the browser to give the microphone. Answer its question beside the address bar.",
  channel: "Waiting for the audio network. A firewall or VPN may hold it back; try another network.",
  agent: "Waiting for Agora to start the agent. It gives up by itself; cancel to change something first.",
  seen: "The start was accepted; waiting for the agent to come into the channel. Cancel and launch again if it never does.",
  sound: "The agent is here but silent. Without a greeting, speak first.",
};

export const NETWORK: Record<Grade, string> = {
  unknown: "Not known",
  good: "Good",
  fair: "Fair",
  poor: "Poor",
  none: "Cut off",
};

const ENDS: Record<string, string> = {
  ended: "You ended the call",
  cancelled: "Launch cancelled",
  tab_closed: "The page was closed",
  stage_lost: "The connection was lost",
  idle: "Nobody spoke for the idle time-out",
  agent_failed: "The agent failed",
  refused: "The start was refused",
  start_timeout: "The agent did not start in time",
  capped: "The longest call was reached",
  restarted: "Restarted with changes",
  stopped: "Stopped by Greenroom",
  lost: "Greenroom was restarted during the call",
};

export function howItEnded(reason: string | null): string {
  return ENDS[reason ?? "ended"] ?? "The call is over";
}

export function labelOf(state: CallState, look: Look): string {
  if (state.phase === "asking") return "Starting";
  if (state.phase === "ending") return "Ending";
  if (state.phase === "live" && !state.channelOnline) return "Reconnecting";
  if (state.phase === "failed" && state.lengthMs === null) return "Could not start";
  return LABELS[look];
}

export function whereItRuns(place: Place, project?: string | null): string {
  if (place === "twin") return "Rehearsing offline";
  return project ? `Live on Agora · project ${project}` : "Live on Agora";
}

/** `m:ss`, or `h:mm:ss` from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}

export function milliseconds(ms: number | null): string {
  return ms === null ? "–" : `${Math.round(ms).toLocaleString("en-US")} ms`;
}

export function p90(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? null;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return Math.round(sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2);
}

/** What one calls somebody in a sentence: "Ava" for "Ava, front desk of a small hotel". */
export function callName(name: string): string {
  const first = name.split(/[,(–—|:]/)[0]?.trim() ?? "";
  return first === "" ? "the agent" : first.length > 28 ? `${first.slice(0, 27).trimEnd()}…` : first;
}
