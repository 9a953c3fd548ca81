/** Scrolls to the newest line, unless the user has scrolled up. */

import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";

const NEAR_PX = 48;

interface Follow {
  list: RefObject<HTMLDivElement | null>;
  /** The user has scrolled up: offer a way back. */
  away: boolean;
  onScroll: () => void;
  toEnd: () => void;
}

export function useAutoScroll(content: unknown): Follow {
  const list = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);

  const toEnd = useCallback(() => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    setAway(false);
  }, []);

  const onScroll = useCallback(() => {
    const element = list.current;
    if (element !== null) setAway(element.scrollHeight - element.scrollTop - element.clientHeight > NEAR_PX);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new content is what this effect answers
  useLayoutEffect(() => {
    if (!away) toEnd();
  }, [content, away, toEnd]);

  return { list, away, onScroll, toEnd };
}
