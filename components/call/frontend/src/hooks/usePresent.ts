/** The stage on the whole screen: while it is there, the screen stays on and the call software is loaded in advance. */

import { type RefObject, useEffect } from "react";
import { warmCallSoftware } from "../call/software";
import { useFullScreen } from "./useFullScreen";

/** Null where the browser has no full screen. `onBackup`: the B key was pressed, or S for the scripted conversation. */
export function usePresent(
  stage: RefObject<HTMLElement | null>,
  onBackup: (scripted: boolean) => void,
): { presenting: boolean; toggle: () => void } | null {
  const screen = useFullScreen(stage);
  const presenting = (screen?.full ?? false) && isOnScreen(stage.current);

  useEffect(() => {
    if (!presenting) return;
    warmCallSoftware();
    const awake = stayAwake();
    const pressed = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || (key !== "b" && key !== "s")) return;
      onBackup(key === "s");
    };
    window.addEventListener("keydown", pressed, true);
    return () => {
      awake();
      window.removeEventListener("keydown", pressed, true);
    };
  }, [presenting, onBackup]);

  return screen === null ? null : { presenting, toggle: screen.toggle };
}

/** The whole stage, and not a part of it; the document sees only the host of its shadow. */
function isOnScreen(stage: HTMLElement | null): boolean {
  const root = stage?.getRootNode();
  const full = root instanceof ShadowRoot ? root.fullscreenElement : document.fullscreenElement;
  return full !== null && full === stage;
}

/** Keeps the screen on until the returned function is called; asks again when the page was hidden in between. */
function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = async () => {
    if (over || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    lock = await navigator.wakeLock.request("screen").catch(() => null);
    if (over) void lock?.release();
  };
  void ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
