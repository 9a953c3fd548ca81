/** A text of the stage that is kept until it is sent, as the page's fields keep theirs: a reload brings it back. */

import { useState } from "react";
import { unsentInputs } from "../unsent/store";

/** `name` says what is written: another name is another text. */
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
