/** The way from the call to Python: through whichever stage is mounted, the newest first. */

import { forgetCall, type SavedCall } from "./resume";

export interface Review {
  session_id: string;
  rating?: number | null;
  /** A thumb on the agent's reply in this turn. */
  turn?: number;
  thumb?: "up" | "down";
  note?: string;
}

/** To read a session, to hear it, to make a test of its last reply, or to share its agent with guests. */
export type Purpose = "read" | "play" | "test" | "share";

/** `press` tells one request from the next; `session_id` is the call to be replaced, so that a second press doesn't replace its successor. */
export interface BackupRequest {
  press: number;
  scripted: boolean;
  session_id: string | null;
}

/** What Python receives: rarely, because triggers sent close together get lost. */
export interface Triggers {
  launch(press: number): void;
  /** Connect the agent ahead of a presentation. */
  hold(press: number): void;
  ended(sessionId: string): void;
  /** The caller reviewed a call: stars (null takes them back), a note or a thumb on a reply. */
  review(review: Review): void;
  /** Show what one does next with this session. */
  open(session: { session_id: string; purpose: Purpose }): void;
  /** Show where the offline brain is chosen. */
  brain(press: number): void;
  /** The presenter wants the backup version, or the scripted conversation, at once, in the place of this call. */
  backup(request: BackupRequest): void;
  /** The page was loaded again during this call: ask for a ticket to it. */
  resume(call: SavedCall): void;
}

export class StudioLink {
  /** The way to Python of each mounted stage, the newest last: while Streamlit redraws there may be two. */
  private mountedTriggers: readonly Triggers[] = [];
  /** The session whose end is still to be reported to Python, because no stage was mounted. */
  private unreported: string | null = null;

  get triggers(): Triggers | null {
    return this.mountedTriggers.at(-1) ?? null;
  }

  mounted(triggers: Triggers): void {
    this.mountedTriggers = [...this.mountedTriggers, triggers];
    if (this.unreported !== null) this.ended(this.unreported);
  }

  /** A stage is taken away or drawn anew. Another one may stand beside it, older or newer. */
  unmounted(triggers: Triggers): void {
    this.mountedTriggers = this.mountedTriggers.filter((way) => way !== triggers);
  }

  ended(sessionId: string): void {
    forgetCall(sessionId);
    this.unreported = this.triggers === null ? sessionId : null;
    this.triggers?.ended(sessionId);
  }
}
