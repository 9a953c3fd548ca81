/** State of a text field that survives a reload until the text is sent, like the page's own fields. */

import { useState } from "preact/hooks";
import { unsentInputs } from "../unsent/store";

/** `name` identifies the text. */
export function useUnsent(name: string): [string, (text: string) => void] {
  const [written, setWritten] = useState({ name, text: kept(name) });
  const set = (text: string) => {
    if (text === "") unsentInputs.drop(name);
    else unsentInputs.typed(name, "", text, true);
    setWritten({ name, text });
  };
  return [written.name === name ? written.text : kept(name), set];
}

function kept(name: string): string {
  return unsentInputs.get(name)?.text ?? "";
}
