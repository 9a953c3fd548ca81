/** Translated texts of the call's controls. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { ENGLISH, type Texts } from "../texts";

export const TextsContext = createContext<Texts>(ENGLISH);

export function useTexts(): Texts {
  return useContext(TextsContext);
}
