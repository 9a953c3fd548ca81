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

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

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
    private readonly shelf: Shelf,
    private readonly now: () => number = () => Date.now(),
  ) {
    this.entries = new Map(Object.entries(read(shelf)).filter(([, entry]) => now() - entry.at < KEPT_MS));
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
    if (text.length > LONGEST || first === undefined) this.entries.delete(name);
    else this.entries.set(name, { before: [first, ...later.slice(-STEPS)], text, form, at: this.now() });
    this.write();
  }

  drop(name: string): void {
    if (this.entries.delete(name)) this.write();
  }

  /** The field is drawn anew and shows `shown`: the text to put back, or null. */
  drawn(name: string, shown: string): string | null {
    const entry = this.entries.get(name);
    if (entry === undefined) return null;
    if (shown === entry.text) {
      if (!entry.form) this.drop(name); // the server has it
      return null;
    }
    if (entry.before.includes(mark(shown))) return entry.text;
    this.drop(name); // the server has another one
    return null;
  }

  /** Drop what was typed before the field got its value from elsewhere, which gives it a higher number at the end of its name. */
  renewed(present: Iterable<string>): void {
    const newest = new Map<string, number>();
    for (const name of present) {
      const [base, turn] = split(name);
      newest.set(base, Math.max(turn, newest.get(base) ?? 0));
    }
    for (const name of this.names) {
      const [base, turn] = split(name);
      if ((newest.get(base) ?? newest.get(name) ?? 0) > turn) this.drop(name);
    }
  }

  private write(): void {
    try {
      if (this.entries.size === 0) this.shelf.removeItem(PLACE);
      else this.shelf.setItem(PLACE, JSON.stringify(Object.fromEntries(this.entries)));
    } catch {
      // Storage is full or turned off: the fields still save when they are left.
    }
  }
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

function read(shelf: Shelf): Record<string, Unsent> {
  try {
    const value: unknown = JSON.parse(shelf.getItem(PLACE) ?? "{}");
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
