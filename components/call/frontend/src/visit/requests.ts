/** What the guest page asks our server, with the key of its link. */

import { askLink, type LinkAnswer } from "../link-requests";
import type { Problem, Ticket } from "../ticket";

/** The page's language, and its texts by name or English text; empty for English. */
export interface PageWords {
  readonly page_language: string;
  readonly words: Readonly<Record<string, string>>;
}

/** What the page shows before a call. */
export interface Welcome extends PageWords {
  readonly name: string;
  readonly welcome: string;
  /** A data URI; null = no avatar. */
  readonly picture: string | null;
  /** The agent's language: English name and code; "" = not known. */
  readonly language: string;
  readonly language_code: string;
  readonly record: boolean;
  readonly captions: boolean;
  readonly max_s: number;
  /** How a blind comparison works; null = the link has none. */
  readonly compares: "talk" | "listen" | null;
}

/** The two options. */
export type Side = "a" | "b";
/** A vote; "none": no difference. */
export type Choice = Side | "none";

/** A ballot of a blind comparison, without what the options are. */
export interface Ballot {
  readonly id: string;
  readonly kind: "talk" | "listen";
  readonly met: readonly Side[];
  readonly voted: boolean;
  /** Stored by the page, so that further votes count as one voter's. */
  readonly voter: string;
}

/** A ticket to a call, and whether it is recorded. */
export interface GuestEntry {
  readonly ticket: Ticket;
  readonly record: boolean;
}

/** The server rejected a request, or couldn't be reached. */
export class GuestRefused extends Error {
  constructor(
    readonly problem: Problem,
    readonly wantsPassword: boolean,
    /** Whether the server answered. */
    readonly answered = true,
  ) {
    super(problem.message);
  }
}

const UNREACHED: Problem = {
  message: "Couldn't reach the server.",
  advice: "Check your internet connection, then try again.",
};

/** The requests of one link; each rejects with {@link GuestRefused}. */
export class GuestRequests {
  constructor(
    readonly linkId: string,
    private readonly key: string,
  ) {}

  welcome(password: string): Promise<Welcome> {
    return this.post<Welcome>("welcome", { password });
  }

  /** The link's language and texts, for a rejection. */
  words(): Promise<PageWords> {
    return this.post<PageWords>("words", {});
  }

  /** `blind`: the option of a ballot that the guest talks to. */
  launch(password: string, consent: boolean, blind: { ballot: string; side: Side } | null): Promise<GuestEntry> {
    return this.post<GuestEntry>("launch", { password, consent, ...blind });
  }

  ballot(password: string, voter: string): Promise<Ballot> {
    return this.post<Ballot>("ballot", { password, voter });
  }

  vote(password: string, ballot: string, choice: Choice, why: string): Promise<Ballot> {
    return this.post<Ballot>("vote", { password, ballot, choice, why });
  }

  async sample(password: string, ballot: string, side: Side): Promise<Blob> {
    return (await this.ask("sample", { password, ballot, side })) as Blob;
  }

  resume(session_id: string, capability: string): Promise<GuestEntry> {
    return this.post<GuestEntry>("resume", { session_id, capability });
  }

  async feedback(said: Record<string, unknown>): Promise<void> {
    await this.post("feedback", said);
  }

  private async post<T>(what: string, body: Record<string, unknown>): Promise<T> {
    return (await this.ask(what, body)) as T;
  }

  /** A sample, or the JSON of the answer. Rejects with {@link GuestRefused}. */
  private async ask(what: string, body: Record<string, unknown>): Promise<unknown> {
    const path = `/api/guest/${encodeURIComponent(this.linkId)}/${what}`;
    let answer: LinkAnswer;
    try {
      answer = await askLink(path, { key: this.key, ...body }, what === "sample");
    } catch {
      throw new GuestRefused(UNREACHED, false, false);
    }
    const { ok, said } = answer;
    if (ok) return said;
    const { error, advice, password } = said as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    throw new GuestRefused({ message: text(error) || UNREACHED.message, advice: text(advice) }, password === true);
  }
}
