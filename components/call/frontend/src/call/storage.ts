/** The browser's storage, which may be forbidden or full: then nothing is kept, and every visit is like the first. */

type Area = "localStorage" | "sessionStorage";

/** Null if nothing is stored under this key, or nothing can be. */
export function readStored(key: string, area: Area = "localStorage"): string | null {
  try {
    return window[area].getItem(key);
  } catch {
    return null;
  }
}

/** `text` null removes the entry. */
export function store(key: string, text: string | null, area: Area = "localStorage"): void {
  try {
    if (text === null) window[area].removeItem(key);
    else window[area].setItem(key, text);
  } catch {
    // see above
  }
}
