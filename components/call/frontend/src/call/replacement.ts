/** Replaces the running call with the backup version, the scripted conversation or a changed draft. The next call joins while the
 * running one goes on, and takes over once its agent is in the channel, so that nobody waits in silence. */

import type { Problem, Ticket } from "../ticket";
import type { ActiveCall } from "./active-call";
import type { Lines } from "./line";
import { entered } from "./machine";
import { NOT_REPLACED } from "./problems";
import { forgetCall, type SavedCall, saveCall } from "./resume";
import type { CallEvent, CallState, Phase } from "./state";
import type { StateMachine } from "./state-machine";
import { Store } from "./store";
import type { StudioLink } from "./studio-link";

/** The reason of a refused start arrives at most this long after its end. */
const REASON_MS = 600;

/** The page's call. */
export interface ReplacedCall {
  readonly studio: StudioLink;
  readonly state: StateMachine;
  readonly lines: Store<Lines>;
}

/** What the page does for a replacement. */
export interface ReplacementHost {
  /** A call that leaves the page's camera, recorder and picture alone until it takes over. */
  open(ticket: Ticket, lines: Store<Lines>, dispatch: (event: CallEvent) => void): ActiveCall;
  /** An event of a call that has taken over. */
  handle(run: ActiveCall, event: CallEvent, ticket: Ticket): void;
  /** The page's call leaves, and `run` takes its place. */
  become(run: ActiveCall): void;
}

/** The next call, until it takes over. */
interface Successor {
  readonly ticket: Ticket;
  readonly replaces: SavedCall;
  readonly run: ActiveCall;
  readonly lines: Store<Lines>;
  /** What it has reported so far. */
  readonly reported: CallEvent[];
}

export class Replacement {
  private request: boolean | null = null;
  private next: Successor | null = null;
  private withdrawn: string | null = null;
  private refusal: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly page: ReplacedCall,
    private readonly host: ReplacementHost,
  ) {}

  /** Another launch begins: forgets an earlier request. */
  reset(): void {
    this.request = null;
  }

  /** Asks Python for the replacement. During a launch, the request waits for {@link grant}. */
  ask({ phase, sessionId }: CallState, scripted: boolean): void {
    if (phase === "asking") this.request = scripted;
    else if (phase === "joining" || phase === "live")
      this.page.studio.triggers?.backup({ press: Date.now(), scripted, session_id: sessionId });
  }

  /** The ticket has arrived: sends the request that waited for it. */
  grant(state: CallState): void {
    if (this.request !== null) this.ask(state, this.request);
    this.request = null;
  }

  /** Joins with the ticket if it replaces the running call. */
  prepare(ticket: Ticket, phase: Phase, running: SavedCall | undefined): boolean {
    if (running === undefined || ticket.replaces !== running.session_id || phase === "ending") return false;
    this.withdraw();
    const [lines, reported] = [new Store<Lines>([]), [entered(ticket)]];
    const run = this.host.open(ticket, lines, (event) => this.take(next, event));
    const next: Successor = { ticket, replaces: running, run, lines, reported };
    this.next = next;
    this.withdrawn = null;
    void run.start();
    return true;
  }

  /** The running call is over. True if another one has taken its place. */
  takeOver(): boolean {
    const { next } = this;
    this.next = null;
    clearTimeout(this.refusal);
    if (next === null) return false;
    this.host.become(next.run);
    saveCall(next.ticket);
    this.page.lines.follow(next.lines);
    this.page.state.dispatch(...next.reported);
    next.run.takeOver();
    return true;
  }

  /** The running call was ended by the caller. */
  withdraw(): void {
    const { next } = this;
    this.next = null;
    clearTimeout(this.refusal);
    if (next === null) return;
    this.withdrawn = next.ticket.session_id;
    void next.run.finish("cancelled");
  }

  /** Reports the end of the page's call, unless a launch follows at once. Python knows the call that was to take its place. */
  over(sessionId: string, relaunch: boolean): void {
    forgetCall(sessionId);
    if (!relaunch) this.page.studio.ended(this.withdrawn ?? sessionId);
    this.withdrawn = null;
  }

  /** The page is being unloaded. */
  pageHidden(running: ActiveCall | null): void {
    for (const run of [running, this.next?.run]) run?.pageHidden();
  }

  private take(next: Successor, event: CallEvent): void {
    if (next !== this.next) {
      this.host.handle(next.run, event, next.ticket);
      return;
    }
    next.reported.push(event);
    const over = next.reported.some(({ type }) => type === "over");
    if (event.type === "agent_seen") this.takeOver();
    else if (event.type === "fail" || (event.type === "problem" && over)) this.fail(next, event.problem);
    else if (event.type === "over") this.refusal = setTimeout(() => this.fail(next, problemOf(next)), REASON_MS);
  }

  /** The running call goes on. */
  private fail({ replaces }: Successor, problem: Problem | null): void {
    clearTimeout(this.refusal);
    this.next = null;
    this.page.state.dispatch({ type: "not_replaced", problem: problem ?? NOT_REPLACED });
    const { session_id, capability } = replaces;
    this.page.studio.triggers?.resume({ session_id, capability }); // Python follows the other call
  }
}

function problemOf({ reported }: Successor): Problem | null {
  return reported.findLast((event) => event.type === "problem")?.problem ?? null;
}
