/** Moves the focus if a new phase removes the focused button: to the new phase's main button (`data-lead`) or the stage itself, and not
 * to a text field, which would open a phone's keyboard. */

import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
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
    // Not every browser sends focusout for a removed element; a move to another element always sends it, with relatedTarget.
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
