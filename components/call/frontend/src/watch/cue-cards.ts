/** A presenter's cue cards: one per line, stored in this browser for each agent. */

const KEY = "greenroom.cues.";
const MOST = 100;

export function cardsIn(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, MOST);
}

/** The place after a step, within the cards. */
export function stepped(place: number, by: number, cards: readonly string[]): number {
  return Math.max(0, Math.min(cards.length - 1, place + by));
}

/** "" where nothing is kept, or nothing can be. */
export function keptCards(agent: string): string {
  try {
    return window.localStorage.getItem(KEY + agent) ?? "";
  } catch {
    return "";
  }
}

export function keepCards(agent: string, text: string): void {
  try {
    window.localStorage.setItem(KEY + agent, text);
  } catch {
    // shown until the page is closed
  }
}
