/** Whole seconds until a moment (wall clock, ms), updated as they change; null without one. */

import { useEffect, useState } from "preact/hooks";

export function useCountdown(endsAtMs: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());

  useEffect(() => {
    if (endsAtMs === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [endsAtMs]);

  return endsAtMs === null ? null : Math.max(0, Math.ceil((endsAtMs - now) / 1000));
}
