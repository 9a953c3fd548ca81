/** Space, held, talks while muted; M in the stage mutes and unmutes. Neither where text is written or another button has the focus. */

import { type RefObject, useEffect, useRef } from "react";
import { type Hold, mutedAfter, pressed, RELEASED, type Where } from "../call/push-to-talk";
import { useCall } from "./useCall";

/** Where the focus is, seen through shadow roots. */
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
    window.addEventListener("keydown", down, true); // on the way down: the stage stops keys on their way up
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
