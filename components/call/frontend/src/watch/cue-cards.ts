/** A presenter's cue cards: one per line, stored in this browser for each agent. */

import { readStored, store } from "../call/storage";

const KEY = "greenroom.cues.";
const MOST = 100;

/** The cards of a text, at most 100. */
export function cardsIn(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, MOST);
}

/** The index after a step, within the cards. */
export function stepped(place: number, by: number, cards: readonly string[]): number {
  return Math.max(0, Math.min(cards.length - 1, place + by));
}

/** The stored cards, one per line; "" without any. */
export function keptCards(agent: string): string {
  return readStored(KEY + agent) ?? "";
}

/** Stores an agent's cards. */
export function keepCards(agent: string, text: string): void {
  store(KEY + agent, text);
}
