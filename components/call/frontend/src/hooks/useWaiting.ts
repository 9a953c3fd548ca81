/** True after waiting unusually long for the same thing; `undefined` waits for nothing. */

import { useEffect, useState } from "preact/hooks";

const LONG_MS = 5000;

export function useWaiting(what: string | undefined): boolean {
  const [long, setLong] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (what === undefined) return;
    const timer = setTimeout(() => setLong(what), LONG_MS);
    return () => {
      clearTimeout(timer);
      setLong(undefined);
    };
  }, [what]);
  return what !== undefined && long === what;
}
