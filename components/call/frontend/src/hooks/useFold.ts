/** Whether the stage is folded to a pill. Kept for the next visit, and set on the page, whose layout makes room for it. */

import { useCallback, useEffect, useRef, useState } from "react";
import { savedCall } from "../call/resume";
import type { Phase } from "../call/state";
import { readStored, store } from "../call/storage";

const KEY = "greenroom.stage";
/** Here the open stage is a sheet over half of the page: each visit begins without it. */
const narrowScreen = () => window.matchMedia("(max-width: 900px)");
const narrow = () => narrowScreen().matches;

/** `<html data-stage="open|folded">`: what the page's own style sheet looks at. */
function tellPage(folded: boolean): void {
  document.documentElement.dataset["stage"] = folded ? "folded" : "open";
}

function remembered(): boolean {
  return readStored(KEY) === "folded";
}

/** Calls back when the address of the page changes without a load, as Streamlit changes it. */
function onNavigation(act: () => void): () => void {
  const { navigation } = window as { navigation?: EventTarget };
  const [target, type] = navigation === undefined ? [window, "popstate"] : [navigation, "currententrychange"];
  target.addEventListener(type, act);
  return () => target.removeEventListener(type, act);
}

/**
 * A launch opens the stage, by its own button or the page's; a call that goes on after a reload leaves it as it was. On a phone,
 * another page or a reload folds it: the sheet would cover what one went there for. So does a window that becomes as narrow.
 */
export function useFold(phase: Phase): [boolean, (folded: boolean) => void] {
  const [folded, setFolded] = useState(() => narrow() || remembered());
  useEffect(() => tellPage(folded), [folded]);
  const resumes = useRef(savedCall() !== null);
  useEffect(() => {
    if (phase === "asking" || (phase === "joining" && !resumes.current)) setFolded(false);
    if (phase !== "idle") resumes.current = false;
  }, [phase]);
  useEffect(() => {
    let path = window.location.pathname;
    return onNavigation(() => {
      if (path === window.location.pathname) return;
      path = window.location.pathname;
      if (narrow()) setFolded(true);
    });
  }, []);
  useEffect(() => {
    const screen = narrowScreen();
    const crossed = () => setFolded(screen.matches || remembered());
    screen.addEventListener("change", crossed);
    return () => screen.removeEventListener("change", crossed);
  }, []);
  const fold = useCallback((next: boolean) => {
    store(KEY, next ? "folded" : "open");
    setFolded(next);
  }, []);
  return [folded, fold];
}
