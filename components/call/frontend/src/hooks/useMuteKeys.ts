/** Keyboard control of the microphone: hold Space to talk while muted; M in the stage toggles mute. Not in text fields and on other buttons. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Hold, mutedAfter, pressed, RELEASED, type Where } from "../call/push-to-talk";
import { useCall } from "./useCall";

/** The focused element, inside of shadow roots too. */
function focused(): Element | null {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element;
}

function whereIs(element: Element | null): Where {
  if (element === null) return "free";
  if (element.matches("[data-testid=mute]")) return "mute";
  const takes =
    "input, textarea, select, button, a, summary, iframe, audio, video, [contenteditable], [role=button], [role=tab], [role=slider], [role=option]";
  return element.closest(takes) === null ? "free" : "other";
}

export function useMuteKeys(stage: RefObject<HTMLElement | null>): void {
  const call = useCall();
  const hold = useRef<Hold>(RELEASED);

  useEffect(() => {
    const can = () => call.state.get().phase === "live" && call.state.get().microphone === "open";
    const release = () => {
      if (hold.current.sinceMs === null) return;
      const muted = mutedAfter(hold.current, performance.now());
      hold.current = RELEASED;
      if (muted) void call.setMuted(true);
    };
    const down = (event: KeyboardEvent) => {
      if (!can() || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = focused();
      if (event.key === "m" && !event.repeat && stage.current?.contains(at) && at?.matches("input, textarea, select") === false) {
        void call.setMuted(!call.state.get().muted);
      }
      if (event.code !== "Space") return;
      const next = pressed(hold.current, call.state.get().muted, whereIs(at), performance.now());
      if (next === null) return;
      event.preventDefault(); // neither a click nor a scroll
      if (hold.current.sinceMs === null) void call.setMuted(false);
      hold.current = next;
    };
    const up = (event: KeyboardEvent) => {
      if (event.code !== "Space" || hold.current.sinceMs === null) return;
      event.preventDefault();
      release();
    };
    window.addEventListener("keydown", down, true); // in the capture phase: the stage stops the propagation of key events
    window.addEventListener("keyup", up, true);
    window.addEventListener("blur", release);
    return () => {
      window.removeEventListener("keydown", down, true);
      window.removeEventListener("keyup", up, true);
      window.removeEventListener("blur", release);
      release();
    };
  }, [call, stage]);
}
