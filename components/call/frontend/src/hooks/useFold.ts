/** Whether the stage is folded to a pill. Kept for the next visit, and told to the page, whose layout makes room or takes it back. */

import { useCallback, useEffect, useState } from "react";

const KEY = "greenroom.stage";
/** Here the open stage is a sheet over half of the page: at the first visit it makes way for the form. */
const NARROW = "(max-width: 900px)";

/** `<html data-stage="open|folded">`: what the page's own style sheet looks at. */
function tellPage(folded: boolean): void {
  document.documentElement.dataset["stage"] = folded ? "folded" : "open";
}

function remembered(): boolean {
  try {
    const kept = window.localStorage.getItem(KEY);
    if (kept !== null) return kept === "folded";
  } catch {
    // storage may be forbidden; each visit is then like the first
  }
  return window.matchMedia(NARROW).matches;
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
