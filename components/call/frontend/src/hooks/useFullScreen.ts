/** Shows an element full screen. Null if the browser doesn't support that. */

import type { RefObject } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";

export function useFullScreen(element: RefObject<HTMLElement | null>): { full: boolean; toggle: () => void } | null {
  const [full, setFull] = useState(false);

  useEffect(() => {
    const changed = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", changed);
    return () => document.removeEventListener("fullscreenchange", changed);
  }, []);

  const toggle = useCallback(() => {
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    else void element.current?.requestFullscreen().catch(() => undefined);
  }, [element]);

  return document.fullscreenEnabled ? { full, toggle } : null;
}
