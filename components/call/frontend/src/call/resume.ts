/** Remembers a tab's call for a reload: its session and capability, in this tab's storage. */

import { jsonObject } from "../json-object";
import type { Ticket } from "../ticket";
import { readStored, store } from "./storage";

/** What a reload needs to ask for a ticket. */
export type SavedCall = Pick<Ticket, "session_id" | "capability">;

const KEY = "greenroom.call";

/** Without storage, a reload starts without a call, and the server stops the agent. */
export function saveCall({ session_id, capability }: SavedCall): void {
  store(KEY, JSON.stringify({ session_id, capability }), "sessionStorage");
}

/** Forgets this session's call; another one stays. */
export function forgetCall(sessionId: string): void {
  if (savedCall()?.session_id === sessionId) store(KEY, null, "sessionStorage");
}

/** The call that this tab was in; null if there is none. */
export function savedCall(): SavedCall | null {
  const { session_id, capability } = jsonObject(readStored(KEY, "sessionStorage")) ?? {};
  return typeof session_id === "string" && typeof capability === "string" ? { session_id, capability } : null;
}
