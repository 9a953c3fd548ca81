/** Translated texts of the call's controls. */

import { createContext, useContext } from "react";
import { ENGLISH, type Texts } from "../texts";

export const TextsContext = createContext<Texts>(ENGLISH);

export function useTexts(): Texts {
  return useContext(TextsContext);
}
