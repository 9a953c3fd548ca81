/** Whether the stage is collapsed to a pill. Stored, and set as an attribute of the page, whose layout depends on it. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { savedCall } from "../call/resume";
import type { Phase } from "../call/state";
import { readStored, store } from "../call/storage";

const KEY = "greenroom.stage";
/** On a narrow screen, the open stage covers half of the page, so each visit starts with it collapsed. */
const narrowScreen = () => window.matchMedia("(max-width: 900px)");
const narrow = () => narrowScreen().matches;

/** Sets `<html data-stage="open|folded">` for the page's style sheet. */
function tellPage(folded: boolean): void {
  document.documentElement.dataset["stage"] = folded ? "folded" : "open";
}

function remembered(): boolean {
  return readStored(KEY) === "folded";
}

/** Calls back when the address of the page changes without a load, as in Streamlit. */
function onNavigation(act: () => void): () => void {
  const { navigation } = window as { navigation?: EventTarget };
  const [target, type] = navigation === undefined ? [window, "popstate"] : [navigation, "currententrychange"];
  target.addEventListener(type, act);
  return () => target.removeEventListener(type, act);
}

/**
 * A launch opens the stage; a call that continues after a reload leaves it as it was. On a narrow screen, another page or a reload
 * collapses it, because it would cover the page, and so does a window that becomes narrow.
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
