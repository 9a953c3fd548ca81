/** Translations of the call's controls: English, unless a guest link has another language. */

import type { Phrase } from "./phrases";
import type { Problem } from "./ticket";

/** Values of a text's placeholders. */
export type TextValues = Record<string, string | number>;

/** Texts in one language. */
export interface Texts {
  of(phrase: Phrase, values?: TextValues): string;
  /** The translation of a text that the call or the server reports; null if there is none. */
  known(english: string): string | null;
  /** The translation of a problem, or of a general one if there is none. */
  problem(english: Problem): Problem;
}

/** English, in which every text is its own translation. */
export const ENGLISH: Texts = {
  of: (phrase, values = {}) => filled(phrase, values),
  known: (english) => english,
  problem: (english) => english,
};

/** `words`: translations by their English text; empty = English. */
export function textsOf(words: Readonly<Record<string, string>>): Texts {
  if (Object.keys(words).length === 0) return ENGLISH;
  const of = (phrase: Phrase, values: TextValues = {}) => filled(words[phrase] ?? phrase, values);
  return {
    of,
    known: (english) => translated(english, words),
    problem: ({ message, advice }) => {
      const known = translated(message, words);
      if (known === null)
        return {
          message: of("Something went wrong."),
          advice: of("Try again. If it keeps happening, tell whoever sent you the link."),
        };
      return { message: known, advice: translated(advice, words) ?? "" };
    },
  };
}

/** The translation of an English text, which may contain values; null if there is none. */
function translated(english: string, words: Readonly<Record<string, string>>): string | null {
  const same = words[english];
  if (same !== undefined) return same;
  for (const [phrase, translation] of Object.entries(words)) {
    const parts = phrase.split(/\{(\w+)\}/);
    if (parts.length < 3) continue;
    const found = new RegExp(`^${parts.map((part, at) => (at % 2 ? "(.+)" : escaped(part))).join("")}$`).exec(english);
    if (found === null) continue;
    const names = parts.filter((_, at) => at % 2 === 1);
    return filled(translation, Object.fromEntries(names.map((name, at) => [name, valueIn(found[at + 1] ?? "", words)])));
  }
  return null;
}

function valueIn(value: string, words: Readonly<Record<string, string>>): string {
  return words[value] ?? value;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** `{name}` replaced by its value. */
export function filled(text: string, values: TextValues): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
