/** Stores unsaved texts in the browser, one entry per tab, so that two tabs don't overwrite each other's. */

import { jsonObject } from "../json-object";
import type { KeptText } from "./types";

const PREFIX = "greenroom/text/";
/** A connected tab saves within a second; an older entry was left behind by a closed tab. */
const LEFT_BEHIND_MS = 4000;

interface Entry extends KeptText {
  readonly at: number;
}

/** Identifies this page load. */
export const TAB = crypto.randomUUID();

/** Stores an unsaved text of this tab; null removes it. */
export function keepText(name: string, kept: KeptText | null): void {
  const place = `${PREFIX}${name}/${TAB}`;
  try {
    if (kept === null) localStorage.removeItem(place);
    else localStorage.setItem(place, JSON.stringify({ ...kept, at: Date.now() }));
  } catch {
    // Storage is full or turned off: the text is still saved on the server within a second.
  }
}

/** Takes over the newest text that a closed or reloaded tab left behind; null if there is none. */
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

/** This tab before a reload, whose text is taken over at once. */
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
  const { was, sent, text, at } = jsonObject(written) ?? {};
  if (typeof was !== "string" || typeof text !== "string" || typeof at !== "number") return null;
  return { was, sent: typeof sent === "string" ? sent : null, text, at };
}
