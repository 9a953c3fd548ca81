/** Shows the agent's words as they are spoken: if messages run ahead of the audio and have word timings, the text waits.
 *
 * Agora times words on the agent's audio clock, which is aligned with the first audio of the turn, so no audio metadata is needed; after
 * a reconnection, it is aligned again. Text that is in step with the audio, or has no timings, passes unchanged.
 */

import type { Message } from "./wire";

/** Messages less than this ahead of the audio are in step with it. */
const IN_STEP_MS = 400;
/** Words are shown after this time even without audio, which may be delayed or blocked. */
const PATIENCE_MS = 2000;
/** `turn_status` of `assistant.transcription`. */
const [RUNNING, INTERRUPTED] = [0, 2];

interface Word {
  startMs: number;
  /** Where it ends in the text, characters. */
  end: number;
}

interface Turn {
  newest: Message;
  words: Word[];
  /** The audio clock and the page's clock at one moment; null before the turn's first audio. */
  set: { audioMs: number; pageMs: number } | null;
  timer: ReturnType<typeof setTimeout> | null;
  /** When its first words arrived, page clock. */
  sinceMs: number;
}

export class TranscriptPacer {
  private readonly turns = new Map<string, Turn>();
  /** When the agent's current or last audio started, page clock. */
  private soundMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly pass: (publisher: string, message: Message) => void) {}

  take(publisher: string, message: Message): void {
    if (message["object"] === "message.interrupt") this.interrupt(publisher, message);
    if (message["object"] !== "assistant.transcription") {
      this.pass(publisher, message);
      return;
    }
    const key = `${publisher}/${String(message["turn_id"])}`;
    const now = performance.now();
    const turn = this.turns.get(key) ?? { newest: message, words: [], set: null, timer: null, sinceMs: now };
    const words = wordsOf(message, turn.words);
    const again = words !== null && startsAnew(words, turn.words);
    Object.assign(turn, { newest: message, words: words ?? [], set: again ? null : turn.set });
    if (words === null || words.length === 0) {
      this.all(key, publisher, turn);
      return;
    }
    this.turns.set(key, turn);
    if (again || (turn.sinceMs === now && now - this.soundMs < PATIENCE_MS)) this.set(turn, again ? now : this.soundMs);
    this.show(key, publisher, turn);
  }

  /** The agent's audio started, page clock in ms. A turn that was in step until now has only paused. */
  sounded(atMs: number): void {
    this.soundMs = atMs;
    for (const [key, turn] of [...this.turns]) {
      const { words, set, timer } = turn;
      if (set !== null || (timer === null && startMs(words.at(-1)) - startMs(words[0]) >= IN_STEP_MS)) continue;
      this.set(turn, atMs);
      this.show(key, key.slice(0, key.lastIndexOf("/")), turn);
    }
  }

  close(): void {
    for (const { timer } of this.turns.values()) if (timer !== null) clearTimeout(timer);
    this.turns.clear();
  }

  private set(turn: Turn, pageMs: number): void {
    turn.set = { audioMs: startMs(turn.words[0]), pageMs };
  }

  /** Passes on what was spoken so far, and schedules the rest. */
  private show(key: string, publisher: string, turn: Turn): void {
    if (turn.timer !== null) clearTimeout(turn.timer);
    turn.timer = null;
    const now = performance.now();
    const { set, words, sinceMs } = turn;
    const first = startMs(words[0]);
    const saidMs = set === null ? first - 1 : set.audioMs + now - set.pageMs;
    const ahead = words.findIndex(({ startMs }) => startMs > saidMs);
    // Without a clock, words that arrive as fast as they are spoken are in step.
    const waitedMs = set === null ? now - sinceMs : 0;
    if (ahead === -1 || startMs(words.at(-1)) - Math.max(saidMs, first + waitedMs) < IN_STEP_MS || waitedMs >= PATIENCE_MS) {
      this.all(key, publisher, turn);
      return;
    }
    const end = words[ahead - 1]?.end ?? 0;
    if (end > 0) this.pass(publisher, { ...turn.newest, text: String(turn.newest["text"]).slice(0, end), turn_status: RUNNING });
    const waitMs = set === null ? PATIENCE_MS - waitedMs : startMs(words[ahead]) - saidMs;
    turn.timer = setTimeout(() => this.show(key, publisher, turn), Math.max(10, waitMs));
  }

  private all(key: string, publisher: string, turn: Turn): void {
    if (turn.timer !== null) clearTimeout(turn.timer);
    turn.timer = null;
    if (turn.newest["turn_status"] !== RUNNING) this.turns.delete(key);
    this.pass(publisher, turn.newest);
  }

  /** The caller interrupted the agent: the line ends with the last word that had started. */
  private interrupt(publisher: string, message: Message): void {
    this.soundMs = Number.NEGATIVE_INFINITY; // it was that turn's
    const key = `${publisher}/${String(message["turn_id"])}`;
    const turn = this.turns.get(key);
    if (turn === undefined || turn.timer === null) return;
    clearTimeout(turn.timer);
    this.turns.delete(key);
    const heardMs = turn.set === null ? Number.NEGATIVE_INFINITY : turn.set.audioMs + performance.now() - turn.set.pageMs;
    const end =
      turn.words.findLast(({ startMs }) => startMs <= Math.min(heardMs, Number(message["start_ms"] ?? heardMs)))?.end ?? 0;
    this.pass(publisher, { ...turn.newest, text: String(turn.newest["text"]).slice(0, end), turn_status: INTERRUPTED });
  }
}

/** Whether the audio clock was reset. After a reload, a message may reach back to earlier words, but ends no earlier. */
function startsAnew(words: readonly Word[], before: readonly Word[]): boolean {
  return startMs(words[0]) < startMs(before[0]) && startMs(words.at(-1)) < startMs(before.at(-1));
}

const startMs = (word: Word | undefined): number => word?.startMs ?? 0;

/** Where each timed word ends in the text, continuing the words of earlier messages. Null if a word isn't in the text. */
function wordsOf(message: Message, before: readonly Word[]): Word[] | null {
  const [told, text] = [message["words"], String(message["text"] ?? "")];
  if (!Array.isArray(told)) return null;
  const firstMs = Number((told[0] as { start_ms?: unknown } | undefined)?.start_ms);
  const words = before.filter(({ startMs }) => startMs < firstMs && firstMs >= (before[0]?.startMs ?? firstMs));
  for (const one of told as ({ word?: unknown; start_ms?: unknown } | null)[]) {
    const [word, startMs] = [String(one?.word ?? "").trim(), Number(one?.start_ms)];
    const at = text.indexOf(word, words.at(-1)?.end ?? 0);
    if (word === "" || at === -1 || !Number.isFinite(startMs)) return null;
    words.push({ startMs, end: at + word.length });
  }
  return words;
}
