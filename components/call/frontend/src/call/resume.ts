/** What a tab remembers of its call, so that a reload finds it again: the session and its own capability, for this tab only. */

import type { Ticket } from "../ticket";

export type SavedCall = Pick<Ticket, "session_id" | "capability">;

const KEY = "greenroom.call";

/** Storage may be forbidden or full: a reload then begins anew, and the server stops the agent of the page that left. */
function quietly<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null;
  }
}

export function keep({ session_id, capability }: SavedCall): void {
  quietly(() => window.sessionStorage.setItem(KEY, JSON.stringify({ session_id, capability })));
}

export function forget(sessionId: string): void {
  if (kept()?.session_id === sessionId) quietly(() => window.sessionStorage.removeItem(KEY));
}

export function kept(): SavedCall | null {
  const found: unknown = quietly(() => JSON.parse(window.sessionStorage.getItem(KEY) ?? "null"));
  if (typeof found !== "object" || found === null) return null;
  const { session_id, capability } = found as Record<string, unknown>;
  return typeof session_id === "string" && typeof capability === "string" ? { session_id, capability } : null;
}
