/** Presenting: the stage full screen, while the screen stays on and the call software is preloaded. */

import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { warmCallSoftware } from "../call/software";
import { useFullScreen } from "./useFullScreen";

/** Null if the browser doesn't support full screen. `onBackup`: the B key, or S for the scripted conversation. */
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

/** Whether the whole stage is full screen, and not one of its tiles. */
function isOnScreen(stage: HTMLElement | null): boolean {
  const root = stage?.getRootNode();
  const full = root instanceof ShadowRoot ? root.fullscreenElement : document.fullscreenElement;
  return full !== null && full === stage;
}

/** Keeps the screen on until the returned function is called, also after the page was hidden. */
function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = async () => {
    if (over || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    const held = await navigator.wakeLock.request("screen").catch(() => null);
    void lock?.release(); // the browser has, if the page was hidden
    lock = held;
    if (over) void held?.release();
  };
  void ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}
