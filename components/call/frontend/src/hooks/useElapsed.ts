/** The duration of the call so far in ms, updated every second; null before it starts. */

import { useEffect, useState } from "preact/hooks";

export function useElapsed(since: number | null, lengthMs: number | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  const runs = since !== null && lengthMs === null;

  useEffect(() => {
    if (!runs) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [runs]);

  if (lengthMs !== null) return lengthMs;
  return since === null ? null : Math.max(0, now - since);
}
