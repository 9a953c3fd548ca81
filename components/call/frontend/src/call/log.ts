/** The event log of this call. Text that looks like a key or token is masked. */

import { milliseconds } from "../formatting";
import { LATENCY_LABELS } from "../labels";
import { waterfall } from "./insight";
import type { Line, Lines } from "./line";
import { type LogKind, logText } from "./log-text";
import type { CallEvent } from "./state";
import { Store } from "./store";

/** How many events the log keeps. */
export const KEPT = 500;
/** How many events the panel shows. */
export const SHOWN = 100;
export const LOG_KINDS: readonly LogKind[] = ["state", "step", "message", "error"];

/** One line of the log. */
export interface LogEntry {
  n: number;
  /** Wall clock, ms. */
  atMs: number;
  kind: LogKind;
  text: string;
  /** The event's name in the code, shown on hover. */
  raw: string;
}

/** The events of the current call, oldest first. */
export class Log extends Store<readonly LogEntry[]> {
  private count = 0;

  constructor() {
    super([]);
  }

  take(event: CallEvent, atMs: number): void {
    const found = logText(event);
    if (found === null) return;
    const entry: LogEntry = { n: ++this.count, atMs, ...found, text: masked(found.text) };
    this.set([...this.get(), entry].slice(-KEPT));
  }

  clear(): void {
    this.set([]);
  }
}

/** Masks Agora's tokens (006…, 007…), keys by their usual prefixes, and long strings of letters and digits without spaces. */
export function masked(text: string): string {
  return text
    .replace(/\b(?:Bearer|Basic|token=)\s*[\w+/=.-]{8,}/gi, "••••")
    .replace(/\b(?:00[67]|sk-|AIza|xox)[\w+/=-]{16,}/g, "••••")
    .replace(/(?=[A-Za-z0-9+/=_-]*\d)(?=[A-Za-z0-9+/=_-]*[A-Za-z])[A-Za-z0-9+/=_]{32,}/g, "••••");
}

/** The entries of a kind whose text or raw name contains `words`, ignoring case. */
export function filtered(entries: readonly LogEntry[], kind: LogKind | "all", words: string): LogEntry[] {
  const wanted = words.trim().toLowerCase();
  return entries.filter(
    (entry) => (kind === "all" || entry.kind === kind) && `${entry.text} ${entry.raw}`.toLowerCase().includes(wanted),
  );
}

/** One event per line: time, kind, text and raw name, tab-separated; then each turn's latencies. */
export function exportedLog(entries: readonly LogEntry[], lines: Lines = []): string {
  const events = entries.map(({ atMs, kind, text, raw }) => `${new Date(atMs).toISOString()}\t${kind}\t${text}\t${raw}`);
  const turns = lines.filter((line) => line.stages && Object.keys(line.stages).length > 0).map(latencyLine);
  return [...events, ...turns].join("\n");
}

function latencyLine(line: Line): string {
  const parts = waterfall(line)?.parts ?? [];
  const words = parts.map(({ stage, ms }) => `${LATENCY_LABELS[stage].toLowerCase()} ${milliseconds(ms)}`).join(", ");
  const raw = Object.entries(line.stages ?? {}).map(([name, ms]) => `${name}=${ms}`);
  return `turn ${line.turnId}\tlatency\t${words}\t${raw.join(" ")}`;
}
