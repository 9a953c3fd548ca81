/** Replaces the running call with the backup version or the scripted conversation, when the presenter asks for it. */

import type { CallState } from "./state";
import type { StudioLink } from "./studio-link";

/** End reason of a replaced call (greenroom/model/session.py). */
const RESTARTED = "restarted";
/** If the next call's ticket hasn't arrived by then, there is no next call. */
const SUCCESSOR_MS = 5000;

export class Replacement {
  private request: boolean | null = null;
  private unreported: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly studio: StudioLink) {}

  /** Reports the end of the call to Python, unless Python replaced the call itself: it would redraw the page before sending the next
   * call's ticket, and the audience would wait longer. */
  over({ endReason }: CallState, sessionId: string): void {
    if (endReason === RESTARTED) this.unreported = setTimeout(() => this.studio.ended(sessionId), SUCCESSOR_MS);
    else this.studio.ended(sessionId);
  }

  /** Another launch begins: forgets an earlier request. */
  reset(): void {
    this.request = null;
  }

  /** Asks Python for the replacement, whose ticket ends this call. During a launch, the request waits for {@link grant}. */
  ask({ phase, sessionId }: CallState, scripted: boolean): void {
    if (phase === "asking") this.request = scripted;
    else if (phase === "joining" || phase === "live")
      this.studio.triggers?.backup({ press: Date.now(), scripted, session_id: sessionId });
  }

  /** The ticket has arrived: sends the request that waited for it. */
  grant(state: CallState): void {
    clearTimeout(this.unreported);
    if (this.request !== null) this.ask(state, this.request);
    this.request = null;
  }
}
