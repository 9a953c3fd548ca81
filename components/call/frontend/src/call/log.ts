/** What happened in this call, as lines for curious people. Keeps no secrets: what looks like a key or token is masked. */

import type { CallEvent } from "./state";
import { Store } from "./store";

export const KEPT = 500;
export const SHOWN = 100;
export type LogKind = "state" | "step" | "message" | "error";
export const LOG_KINDS: readonly LogKind[] = ["state", "step", "message", "error"];

export interface LogEntry {
  n: number;
  /** Wall clock, ms. */
  atMs: number;
  kind: LogKind;
  text: string;
}

export class Log extends Store<readonly LogEntry[]> {
  private count = 0;

  constructor() {
    super([]);
  }

  take(event: CallEvent, atMs: number): void {
    const told = entryOf(event);
    if (told === null) return;
    const entry: LogEntry = { n: ++this.count, atMs, kind: told[0], text: masked(told[1]) };
    this.set([...this.get(), entry].slice(-KEPT));
  }

  clear(): void {
    this.set([]);
  }
}

function entryOf(event: CallEvent): [LogKind, string] | null {
  switch (event.type) {
    case "step":
      return ["step", `${event.step} done after ${event.ms} ms`];
    case "mood":
      return ["state", `agent ${event.mood}`];
    case "microphone":
      return ["state", `microphone ${event.microphone}`];
    case "muted":
      return ["state", event.muted ? "muted" : "unmuted"];
    case "server":
      return ["state", event.online ? "server connected" : "server gone"];
    case "channel":
      return ["state", event.online ? "channel connected" : "channel lost"];
    case "interrupted":
      return event.shown ? ["state", "agent interrupted"] : null;
    case "sound_blocked":
      return event.blocked ? ["error", "the browser holds back sound"] : null;
    case "refused":
    case "problem":
    case "fail":
      return event.problem ? ["error", `${event.problem.message} ${event.problem.advice}`.trim()] : null;
    case "over":
      return ["state", `call over: ${event.reason} ${event.detail}`.trim()];
    case "notice":
      return event.text === null ? null : ["message", event.text];
    case "noted":
      return [/fail|lost|error|missing/.test(event.kind) ? "error" : "message", `${event.kind}: ${event.detail}`];
    case "ticket":
      return ["state", `session ${event.sessionId}`];
    case "unsent":
      return event.text === null ? null : ["error", "a message did not get through"];
    case "network":
      return null; // its changes are noted by the call
    case "launch":
    case "agent_seen":
    case "end":
    case "cancel":
      return ["state", event.type.replace("_", " ")];
  }
}

/** Agora's tokens (006…, 007…), keys by their usual beginnings, and anything long without a blank that has letters and digits. */
export function masked(text: string): string {
  return text
    .replace(/\b(?:Bearer|Basic|token=)\s*[\w+/=.-]{8,}/gi, "••••")
    .replace(/\b(?:00[67]|sk-|AIza|xox)[\w+/=-]{16,}/g, "••••")
    .replace(/(?=[A-Za-z0-9+/=_-]*\d)(?=[A-Za-z0-9+/=_-]*[A-Za-z])[A-Za-z0-9+/=_]{32,}/g, "••••");
}

export function filtered(entries: readonly LogEntry[], kind: LogKind | "all", words: string): LogEntry[] {
  const wanted = words.trim().toLowerCase();
  return entries.filter((entry) => (kind === "all" || entry.kind === kind) && entry.text.toLowerCase().includes(wanted));
}

export function logText(entries: readonly LogEntry[]): string {
  return entries.map(({ atMs, kind, text }) => `${new Date(atMs).toISOString()}\t${kind}\t${text}`).join("\n");
}
