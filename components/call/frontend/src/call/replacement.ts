/** The presenter's keys: the backup version, or the scripted conversation, takes the place of the running call. */

import type { CallState } from "./state";
import type { StudioLink } from "./studio-link";

export class Replacement {
  private wish: boolean | null = null;

  constructor(private readonly studio: StudioLink) {}

  /** Another launch begins: nothing is wished yet. */
  reset(): void {
    this.wish = null;
  }

  /** Its ticket ends the call. A launch without a ticket has none to end: the wish waits for {@link grant}. */
  ask({ phase, sessionId }: CallState, scripted: boolean): void {
    if (phase === "asking") this.wish = scripted;
    else if (phase === "joining" || phase === "live")
      this.studio.triggers?.backup({ press: Date.now(), scripted, session_id: sessionId });
  }

  /** The launch has its ticket. */
  grant(state: CallState): void {
    if (this.wish !== null) this.ask(state, this.wish);
    this.wish = null;
  }
}
