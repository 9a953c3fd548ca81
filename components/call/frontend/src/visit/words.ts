/** The texts of the guest page in its link's language. Those of the call's controls are in texts.ts. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { EN } from "./words/en";

/** The texts by name. */
export type Words = { readonly [K in keyof typeof EN]: string };

/** The English texts, replaced by the translations that the server has. */
export function wordsOf(translated: Readonly<Record<string, string>>): Words {
  return { ...EN, ...translated };
}

export const WordsContext = createContext<Words>(EN);

export function useWords(): Words {
  return useContext(WordsContext);
}
