/** Whether the stage is folded to a pill. Kept for the next visit, and told to the page, whose layout makes room or takes it back. */

import { useCallback, useEffect, useState } from "react";

const KEY = "greenroom.stage";

/** `<html data-stage="open|folded">`: what the page's own style sheet looks at. */
function tellPage(folded: boolean): void {
  document.documentElement.dataset["stage"] = folded ? "folded" : "open";
}

function remembered(): boolean {
  try {
    return window.localStorage.getItem(KEY) === "folded";
  } catch {
    return false; // storage may be forbidden; the stage is then open at each visit
  }
}

function remember(folded: boolean): void {
  try {
    window.localStorage.setItem(KEY, folded ? "folded" : "open");
  } catch {
    // as above
  }
}

export function useFold(): [boolean, (folded: boolean) => void] {
  const [folded, setFolded] = useState(remembered);
  useEffect(() => tellPage(folded), [folded]);
  const fold = useCallback((next: boolean) => {
    remember(next);
    setFolded(next);
  }, []);
  return [folded, fold];
}
