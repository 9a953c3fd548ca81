/** Another call in the place of the running one: the backup version or the scripted conversation, by the presenter's keys. */

import type { CallState } from "./state";
import type { StudioLink } from "./studio-link";

/** Of greenroom/model/session.py: another call takes the place of this one. */
const RESTARTED = "restarted";
/** Without the next call's ticket by then, none comes. */
const SUCCESSOR_MS = 5000;

export class Replacement {
  private request: boolean | null = null;
  private unreported: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly studio: StudioLink) {}

  /** Python, which has replaced the call itself, isn't told that it is over: it would draw the page again before it sends the
   * next call's ticket, and the room would hear nothing for so much longer. */
  over({ endReason }: CallState, sessionId: string): void {
    if (endReason === RESTARTED) this.unreported = setTimeout(() => this.studio.ended(sessionId), SUCCESSOR_MS);
    else this.studio.ended(sessionId);
  }

  /** Another launch begins: nothing is wished yet. */
  reset(): void {
    this.request = null;
  }

  /** Its ticket ends the call. A launch without a ticket has none to end: the request waits for {@link grant}. */
  ask({ phase, sessionId }: CallState, scripted: boolean): void {
    if (phase === "asking") this.request = scripted;
    else if (phase === "joining" || phase === "live")
      this.studio.triggers?.backup({ press: Date.now(), scripted, session_id: sessionId });
  }

  /** The launch has its ticket. */
  grant(state: CallState): void {
    clearTimeout(this.unreported);
    if (this.request !== null) this.ask(state, this.request);
    this.request = null;
  }
}
