/** When a phase takes away the button that had the focus, the new phase's main button gets it, or the stage itself: a keyboard is
 * never left nowhere, and a phone's keyboard does not pop up because a text field came into being. */

import { type RefObject, useLayoutEffect, useRef } from "react";
import type { Phase } from "../call/state";

export function usePhaseFocus(phase: Phase): RefObject<HTMLElement | null> {
  const stage = useRef<HTMLElement>(null);
  const hadFocus = useRef(false);
  const before = useRef(phase);

  useLayoutEffect(() => {
    const root = stage.current?.getRootNode();
    const active = root instanceof ShadowRoot ? root.activeElement : document.activeElement;
    if (before.current !== phase && hadFocus.current && (active === null || active === document.body)) {
      const lead = stage.current?.querySelector<HTMLElement>("[data-lead]:enabled") ?? stage.current;
      lead?.focus({ preventScroll: true });
    }
    before.current = phase;
  });

  useLayoutEffect(() => {
    const element = stage.current;
    if (element === null) return;
    const gained = () => (hadFocus.current = true);
    // A removed element sends no focusout in every browser; leaving for another element always does, with that element named.
    const gone = (event: FocusEvent) => {
      if (event.relatedTarget !== null) hadFocus.current = element.contains(event.relatedTarget as Node);
    };
    element.addEventListener("focusin", gained);
    element.addEventListener("focusout", gone);
    return () => {
      element.removeEventListener("focusin", gained);
      element.removeEventListener("focusout", gone);
    };
  }, []);

  return stage;
}
