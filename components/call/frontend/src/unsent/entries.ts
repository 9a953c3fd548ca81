/** What was typed into plain fields and is not known to have reached the server. In the tab's own storage: a reload keeps it. No DOM. */

/**
 * `text` is what was typed last. `before` are marks of what the field showed until then: a line is sent while one types, so that
 * the server may hold any of it. `form`: the field is sent by a button of its form, not when it is left.
 */
export interface Unsent {
  readonly before: readonly number[];
  readonly text: string;
  readonly form: boolean;
  readonly at: number;
}

export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/**
 * What a field that is drawn anew shows: what was typed, or nothing is known of it (`settled`); what stood there before, so that
 * the typed text is put back (`lost`); or something else, which came from elsewhere while one typed (`overtaken`).
 */
export type Drawn = "settled" | "lost" | "overtaken";

/** Begins the name of a field whose text lives in this tab alone (components/shell/fields.py). */
const TAB_ONLY = "tab-";
/** Fields that take whole files, which may hold keys: kept while the page lives, and written nowhere. */
const UNWRITTEN = /^exchange-/;
const PLACE = "greenroom/unsent";
/** What is older was given up. */
const KEPT_MS = 12 * 3_600_000;
/** A longer text has a field of its own that saves itself. */
const LONGEST = 20_000;
/** So many steps of typing are known again; of those after the first, the newest. */
const STEPS = 300;

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

  /** `shown` is what the field showed when it was entered. */
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

  /** The server has the text. One that lives in the tab alone is kept for a reload, which the server knows nothing of. */
  sent(name: string): void {
    if (!name.startsWith(TAB_ONLY)) this.drop(name);
  }

  /** Whether the field shows what it did before, or while, one typed. */
  isAsBefore(name: string, shown: string): boolean {
    return this.entries.get(name)?.before.includes(mark(shown)) === true;
  }

  /** The field is drawn anew and shows `shown`. */
  drawn(name: string, shown: string): Drawn {
    const entry = this.entries.get(name);
    if (entry === undefined) return "settled";
    if (shown === entry.text) {
      if (!entry.form) this.sent(name); // of a form, only its button sends it
      return "settled";
    }
    if (name.startsWith(TAB_ONLY) || this.isAsBefore(name, shown)) return "lost";
    if (!isAlike(shown, entry.text)) return "overtaken";
    this.drop(name);
    return "settled";
  }

  /**
   * Follow the numbers at the end of the names, which count how often a field got its value from elsewhere. A page that is loaded
   * again counts from the beginning: its fields are the same ones. By name, the present name of fields that have a higher number.
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

  /** What was typed into the field of that name belongs to this one now. */
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
      // Storage is full or turned off: the fields still save when they are left.
    }
  }
}

/** The server writes some values in its own way: spaces around a sign, a JSON over several lines. */
function isAlike(one: string, other: string): boolean {
  return one.replace(/\s+/g, "") === other.replace(/\s+/g, "");
}

/** A text's mark of 32 bits (FNV-1a). */
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
  try {
    const value: unknown = JSON.parse(storage.getItem(PLACE) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter((pair): pair is [string, Unsent] => isUnsent(pair[1])));
  } catch {
    return {};
  }
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
