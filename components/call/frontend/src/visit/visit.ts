/** The state of the guest page: its link, and the requests between the call and our server. No Preact. */

import type { Call } from "../call/call";
import { Store } from "../call/store";
import type { Triggers } from "../call/studio-link";
import { ENGLISH, type Texts, textsOf } from "../texts";
import type { ComponentData, Problem, Ticket } from "../ticket";
import { BlindVote } from "./comparison";
import { type GuestEntry, GuestRefused, GuestRequests, type PageWords, type Welcome } from "./requests";
import { type Words, wordsOf } from "./words";
import { EN } from "./words/en";

/** Everything that the page shows besides the call. */
export interface VisitState {
  readonly phase: "loading" | "password" | "closed" | "ready";
  readonly welcome: Welcome | null;
  /** Language code of the page. */
  readonly language: string;
  readonly words: Words;
  readonly texts: Texts;
  readonly problem: Problem | null;
  readonly busy: boolean;
}

const INITIAL: VisitState = {
  phase: "loading",
  welcome: null,
  language: "en",
  words: EN,
  texts: ENGLISH,
  problem: null,
  busy: false,
};

const NO_KEY: Problem = {
  message: "This link is incomplete.",
  advice: "Copy all of it, with everything after the #, or ask for a new one.",
};

/** One guest page. */
export class Visit {
  readonly state = new Store(INITIAL);
  consent = false;
  readonly comparison: BlindVote;
  private readonly requests: GuestRequests;
  private readonly triggers: Triggers = {
    launch: (press) => void this.launch(press),
    hold: () => undefined,
    present: () => undefined,
    resume: (kept) => void this.resume(kept.session_id, kept.capability),
    ended: () => undefined,
    review: () => undefined,
    open: () => undefined,
    brain: () => undefined,
    backup: () => undefined,
  };
  private password = "";
  private ticket: Ticket | null = null;
  /** The last feedback that is being sent. */
  private saying: Promise<unknown> = Promise.resolve();

  /** `path`: `/g/{link}`; `fragment`: the key, which browsers don't send in an address. */
  constructor(
    private readonly call: Call,
    path: string,
    private readonly fragment: string,
  ) {
    this.requests = new GuestRequests(path.split("/").at(-1) ?? "", fragment.replace(/^#/, ""));
    this.comparison = new BlindVote(this.requests, () => this.password);
  }

  async open(password = ""): Promise<void> {
    if (this.fragment.length < 2) return this.close(NO_KEY);
    this.update({ busy: true });
    try {
      const welcome = await this.requests.welcome(password);
      this.password = password;
      this.update({ phase: "ready", welcome, ...read(welcome), problem: null, busy: false });
      this.give(this.data(null));
    } catch (error) {
      if (this.state.get().phase === "loading") await this.learnWords(error);
      this.refused(error, password !== "");
    }
  }

  /** Sends feedback about the call that just ended, one request after the other, so that the last one counts. Resolves to why it
   * wasn't saved, or null. */
  async say(said: { thumb?: "up" | "down"; stars?: number; comment?: string }): Promise<Problem | null> {
    if (this.ticket === null) return null;
    const { session_id, capability } = this.ticket;
    const sent = this.saying.then(() => this.requests.feedback({ session_id, capability, ...said }));
    this.saying = sent.catch(() => undefined);
    return sent.then(() => null, problemOf);
  }

  private async launch(press: number): Promise<void> {
    try {
      const { ballot, side } = this.comparison.state.get();
      const blind = this.state.get().welcome?.compares && ballot !== null && side !== null ? { ballot: ballot.id, side } : null;
      this.enter(await this.requests.launch(this.password, this.consent, blind), press);
      if (blind !== null) this.comparison.met(blind.side);
    } catch (error) {
      this.give({ ...this.data(null, problemOf(error)), answered: press });
    }
  }

  private async resume(sessionId: string, capability: string): Promise<void> {
    try {
      this.enter(await this.requests.resume(sessionId, capability), null);
    } catch {
      // the call is over, or belongs to another link: the page starts without a call
    }
  }

  private enter(entry: GuestEntry, press: number | null): void {
    this.ticket = entry.ticket;
    this.call.recorder.decide(entry.ticket.place, entry.record);
    this.give({ ...this.data(entry.ticket), answered: press });
  }

  /** Passes data to the call as Python does. Unmounts first, because the call keeps every set of triggers it gets. */
  private give(data: ComponentData): void {
    this.call.unmounted(this.triggers);
    this.call.receive(data, this.triggers);
  }

  private data(ticket: Ticket | null, problem: Problem | null = null): ComponentData {
    const stage = { agent_name: this.name, place: "twin" as const, can_launch: true, launching: false, problem };
    return { stage, ticket };
  }

  private get name(): string {
    return this.state.get().welcome?.name ?? "";
  }

  /** Loads the link's language for a rejection, too; the server returns it for the right key. */
  private async learnWords(error: unknown): Promise<void> {
    if (!(error instanceof GuestRefused) || !error.answered) return;
    const words = await this.requests.words().catch(() => null);
    if (words !== null) this.update(read(words));
  }

  private refused(error: unknown, tried: boolean): void {
    if (error instanceof GuestRefused && error.wantsPassword)
      this.update({ phase: "password", problem: tried ? error.problem : null, busy: false });
    else this.close(problemOf(error));
  }

  private close(problem: Problem): void {
    this.update({ phase: "closed", problem, busy: false });
  }

  private update(change: Partial<VisitState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

function read({ page_language, words }: PageWords): Pick<VisitState, "language" | "words" | "texts"> {
  return { language: page_language, words: wordsOf(words), texts: textsOf(words) };
}

function problemOf(error: unknown): Problem {
  return error instanceof GuestRefused ? error.problem : { message: String(error), advice: "Reload the page." };
}
