/** Where an unsaved text waits: in the browser's own storage, one place for each tab, so that two tabs never write into one. */

import type { KeptText } from "./types";

const PREFIX = "greenroom/text/";
/** A tab that is alive and connected saves within a second; what is older was left behind by a tab that is gone. */
const LEFT_BEHIND_MS = 4000;

interface Entry extends KeptText {
  readonly at: number;
}

export const TAB = crypto.randomUUID();

export function keepText(name: string, kept: KeptText | null): void {
  const place = `${PREFIX}${name}/${TAB}`;
  try {
    if (kept === null) localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify({ ...kept, at: Date.now() }));
  } catch {
    // Storage is full or turned off: the text is still saved on the server within a second.
  }
}

/** The text that a closed or reloaded tab left behind, the newest of them. It becomes this tab's. */
export function takeKept(name: string): KeptText | null {
  const prefix = `${PREFIX}${name}/`;
  let found: Entry | null = null;
  try {
    const places = Object.keys(localStorage).filter((place) => place.startsWith(prefix));
    for (const place of places) {
      const entry = read(localStorage.getItem(place));
      if (entry !== null && Date.now() - entry.at < LEFT_BEHIND_MS && !wasHere(place)) continue;
      localStorage.removeItem(place);
      if (entry !== null && (found === null || entry.at > found.at)) found = entry;
    }
  } catch {
    return null;
  }
  if (found !== null) keepText(name, found);
  return found;
}

/** This very tab before it was reloaded: its text is taken at once. */
const BEFORE = "greenroom/tab";
let previous: string | null = null;
try {
  previous = sessionStorage.getItem(BEFORE);
  sessionStorage.setItem(BEFORE, TAB);
} catch {
  previous = null;
}

function wasHere(place: string): boolean {
  return previous !== null && place.endsWith(`/${previous}`);
}

function read(written: string | null): Entry | null {
  try {
    const value: unknown = JSON.parse(written ?? "null");
    if (typeof value !== "object" || value === null) return null;
    const { was, sent, text, at } = value as Record<string, unknown>;
    if (typeof was !== "string" || typeof text !== "string" || typeof at !== "number") return null;
    return { was, sent: typeof sent === "string" ? sent : null, text, at };
  } catch {
    return null;
  }
}
