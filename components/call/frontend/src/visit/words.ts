/** The words of the guest page in its link's language. Those of the call's controls and reports: texts.ts. */

import { createContext, useContext } from "react";
import { EN } from "./words/en";

export type Words = { readonly [K in keyof typeof EN]: string };

/** The English words with what the server has in the link's language. */
export function wordsOf(translated: Readonly<Record<string, string>>): Words {
  return { ...EN, ...translated };
}

export const WordsContext = createContext<Words>(EN);

export function useWords(): Words {
  return useContext(WordsContext);
}
