/** Sends triggers from the call to Python, through the stage that was mounted last. */

import { forgetCall, type SavedCall } from "./resume";

/** A review of a call. */
export interface Review {
  session_id: string;
  rating?: number | null;
  /** The turn that `thumb` rates. */
  turn?: number;
  thumb?: "up" | "down";
  note?: string;
}

/** Why a session is opened: to read it, to play its recording, to make a test, or to share its agent with guests. */
export type Purpose = "read" | "play" | "test" | "share";

/** From the stage, from a presentation, or ahead of one. */
export type LaunchKind = "launch" | "present" | "hold";

/** `press` identifies the request; `session_id` is the call to replace, so that a second click doesn't replace its successor. */
export interface BackupRequest {
  press: number;
  scripted: boolean;
  session_id: string | null;
}

/** Triggers that Python receives. Send few: triggers sent close together get lost. */
export interface Triggers {
  launch(press: number): void;
  /** Launch for an audience. */
  present(press: number): void;
  /** Connect the agent ahead of a presentation. */
  hold(press: number): void;
  ended(sessionId: string): void;
  /** The caller reviewed a call: stars (null takes them back), a note or a thumb on a reply. */
  review(review: Review): void;
  /** Open a page about this session. */
  open(session: { session_id: string; purpose: Purpose }): void;
  /** Open the setting of the offline brain. */
  brain(press: number): void;
  /** Replace this call with the backup version or the scripted conversation. */
  backup(request: BackupRequest): void;
  /** The page was reloaded during this call: asks for a ticket to it. */
  resume(call: SavedCall): void;
}

/** Keeps the triggers of mounted stages, and reports the end of a call once there is one. */
export class StudioLink {
  /** Triggers of each mounted stage, the newest last: while Streamlit redraws, there may be two. */
  private mountedTriggers: readonly Triggers[] = [];
  /** A session whose end is reported once a stage is mounted. */
  private unreported: string | null = null;

  get triggers(): Triggers | null {
    return this.mountedTriggers.at(-1) ?? null;
  }

  mounted(triggers: Triggers): void {
    this.mountedTriggers = [...this.mountedTriggers, triggers];
    if (this.unreported !== null) this.ended(this.unreported);
  }

  /** A stage was unmounted or redrawn. Another one may still be mounted. */
  unmounted(triggers: Triggers): void {
    this.mountedTriggers = this.mountedTriggers.filter((way) => way !== triggers);
  }

  ended(sessionId: string): void {
    forgetCall(sessionId);
    this.unreported = this.triggers === null ? sessionId : null;
    this.triggers?.ended(sessionId);
  }
}
