/** Assembles Agora's data-stream messages from frames (`messageId|part|parts|base64`) and decodes them as UTF-8 JSON. */

import { jsonObject } from "../json-object";

/** An incomplete message is dropped after this time. */
export const INCOMPLETE_FOR_MS = 30_000;
const MOST_WAITING = 200;

interface Waiting {
  parts: Map<number, string>;
  total: number | null;
  since: number;
}

/** A decoded message; its fields aren't validated. */
export type Message = Record<string, unknown>;

/** Collects parts in any order, numbered from 0 or 1; `???` is a total that isn't known yet. */
export class Assembly {
  private readonly waiting = new Map<string, Waiting>();
  private readonly done = new Set<string>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The message that this packet completes; null if it is incomplete, repeated or unreadable. */
  take(publisher: string, piece: Uint8Array): Message | null {
    const text = new TextDecoder().decode(piece);
    if (text.startsWith("{")) return jsonObject(text);
    const match = /^([^|]+)\|(\d+)\|(\d+|\?\?\?)\|([A-Za-z0-9+/=_-]*)$/.exec(text);
    if (match === null) return null;
    const [, id = "", index = "", total = "", content = ""] = match;
    const whole = this.collect(`${publisher}|${id}`, Number(index), total === "???" ? null : Number(total), content);
    return jsonObject(whole);
  }

  private collect(key: string, index: number, total: number | null, content: string): string | null {
    this.forgetOld();
    if (this.done.has(key)) return null;
    const entry = this.waiting.get(key) ?? { parts: new Map<number, string>(), total: null, since: this.now() };
    this.waiting.set(key, entry);
    entry.parts.set(index, content);
    entry.total ??= total;
    if (entry.total === null || entry.parts.size < entry.total) return null;
    this.waiting.delete(key);
    this.done.add(key);
    const ordered = [...entry.parts].sort(([a], [b]) => a - b).map(([, part]) => part);
    return utf8(ordered);
  }

  private forgetOld(): void {
    for (const [key, entry] of this.waiting) {
      if (this.now() - entry.since > INCOMPLETE_FOR_MS || this.waiting.size > MOST_WAITING) this.waiting.delete(key);
    }
    for (const key of this.done) {
      if (this.done.size <= MOST_WAITING) break;
      this.done.delete(key);
    }
  }
}

/** Messages may be split before or after the base64 encoding. */
function utf8(parts: string[]): string | null {
  const joined = parts.join("");
  const padded = parts.slice(0, -1).some((part) => part.endsWith("="));
  try {
    const pieces = (padded ? parts : [joined]).map((part) => Uint8Array.from(atob(part), (c) => c.charCodeAt(0)));
    const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
