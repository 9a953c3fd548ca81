/** Texts typed into plain fields that the server may not have received. Stored in the tab, so that a reload keeps them. No DOM. */

import { jsonObject } from "../json-object";

/**
 * An unsent text. `before`: hashes of the field's earlier texts, any of which the server may hold, because a field is sent during typing.
 * `form`: the field is sent by the button of its form, and not on blur. `at`: when it was typed, wall clock in ms.
 */
export interface Unsent {
  readonly before: readonly number[];
  readonly text: string;
  readonly form: boolean;
  readonly at: number;
}

export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * What a redrawn field shows: the typed text, or a text without an entry (`settled`); an earlier text, so that the typed one is put back
 * (`lost`); or a text from elsewhere, which conflicts with the typed one (`overtaken`).
 */
export type Drawn = "settled" | "lost" | "overtaken";

/** Prefix of fields whose text isn't stored on the server (components/shell/fields.py). */
const TAB_ONLY = "tab-";
/** Fields for whole files, which may contain keys: kept in memory, and not stored. */
const UNWRITTEN = /^exchange-/;
const PLACE = "greenroom/unsent";
/** Older entries are dropped. */
const KEPT_MS = 12 * 3_600_000;
/** Longer texts have fields that save themselves (src/prose). */
const LONGEST = 20_000;
/** How many earlier texts of a field are recognized: its first, and the newest ones. */
const STEPS = 300;

/** The unsent texts of a page, by the names of their fields. */
export class UnsentInputs {
  private entries: Map<string, Unsent>;

  constructor(
    private readonly storage: TabStorage,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.entries = new Map(Object.entries(read(storage)).filter(([, entry]) => now() - entry.at < KEPT_MS));
  }

  get names(): string[] {
    return [...this.entries.keys()];
  }

  get(name: string): Unsent | undefined {
    return this.entries.get(name);
  }

  /** Records what was typed; `shown` is the field's text when it got the focus. */
  typed(name: string, shown: string, text: string, form: boolean): void {
    const known = this.entries.get(name);
    const [first, ...later] = known === undefined ? [mark(shown)] : [...known.before, mark(known.text)];
    if ((text.length > LONGEST && !UNWRITTEN.test(name)) || first === undefined) this.entries.delete(name);
    else this.entries.set(name, { before: [first, ...later.slice(-STEPS)], text, form, at: this.now() });
    this.write();
  }

  drop(name: string): void {
    if (this.entries.delete(name)) this.write();
  }

  /** The server has the text: drops it, unless the text isn't stored on the server and is needed after a reload. */
  sent(name: string): void {
    if (!name.startsWith(TAB_ONLY)) this.drop(name);
  }

  /** Whether the field shows a text from before or during typing. */
  isAsBefore(name: string, shown: string): boolean {
    return this.entries.get(name)?.before.includes(mark(shown)) === true;
  }

  /** What a redrawn field shows, `shown`; drops the entry if the server has the text. */
  drawn(name: string, shown: string): Drawn {
    const entry = this.entries.get(name);
    if (entry === undefined) return "settled";
    if (shown === entry.text) {
      if (!entry.form) this.sent(name); // the field of a form is sent by its button
      return "settled";
    }
    if (name.startsWith(TAB_ONLY) || this.isAsBefore(name, shown)) return "lost";
    if (!isAlike(shown, entry.text)) return "overtaken";
    this.drop(name);
    return "settled";
  }

  /**
   * Follows the numbers at the end of field names (`-t2`), which count how often a field got its value from elsewhere; a reloaded page
   * starts counting again. Returns, by their old names, the new names of fields with a higher number.
   */
  renewed(present: Iterable<string>): ReadonlyMap<string, string> {
    const newest = new Map<string, { name: string; turn: number }>();
    for (const name of present) {
      const [base, turn] = split(name);
      if (turn >= (newest.get(base)?.turn ?? 0)) newest.set(base, { name, turn });
    }
    const overtaken = new Map<string, string>();
    for (const name of this.names) {
      const [base, turn] = split(name);
      const now = newest.get(base);
      if (now === undefined || now.turn === turn) continue;
      if (now.turn > turn) overtaken.set(name, now.name);
      else this.rename(name, now.name);
    }
    return overtaken;
  }

  /** Moves an entry to a new name. */
  rename(name: string, to: string): void {
    const [moved, there] = [this.entries.get(name), this.entries.get(to)];
    this.entries.delete(name);
    if (moved !== undefined && (there === undefined || there.at < moved.at)) this.entries.set(to, moved);
    this.write();
  }

  private write(): void {
    try {
      const written = [...this.entries].filter(([name]) => !UNWRITTEN.test(name));
      if (written.length === 0) this.storage.removeItem(PLACE);
      else this.storage.setItem(PLACE, JSON.stringify(Object.fromEntries(written)));
    } catch {
      // Storage is full or turned off: the fields still save on blur.
    }
  }
}

/** Equal except for spaces: the server reformats some values, such as JSON. */
function isAlike(one: string, other: string): boolean {
  return one.replace(/\s+/g, "") === other.replace(/\s+/g, "");
}

/** A 32-bit hash (FNV-1a). */
function mark(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function split(name: string): [string, number] {
  const found = /^(.+)-t(\d{1,4})$/.exec(name);
  return found === null ? [name, 0] : [found[1] ?? name, Number(found[2])];
}

function read(storage: TabStorage): Record<string, Unsent> {
  let stored: string | null;
  try {
    stored = storage.getItem(PLACE);
  } catch {
    return {};
  }
  const entries = Object.entries(jsonObject(stored) ?? {});
  return Object.fromEntries(entries.filter((pair): pair is [string, Unsent] => isUnsent(pair[1])));
}

function isUnsent(value: unknown): value is Unsent {
  if (typeof value !== "object" || value === null) return false;
  const { before, text, form, at } = value as Record<string, unknown>;
  return (
    Array.isArray(before) &&
    before.every(Number.isInteger) &&
    typeof text === "string" &&
    typeof form === "boolean" &&
    typeof at === "number"
  );
}
