/** What the guest page asks our server: always a POST, with the link's key in the body and never in an address. */

import type { Problem, Ticket } from "../ticket";

export interface Welcome {
  readonly name: string;
  readonly welcome: string;
  /** A data URI; null = a voice alone. */
  readonly picture: string | null;
  readonly language: string;
  readonly record: boolean;
  readonly captions: boolean;
  readonly max_s: number;
}

export interface Entry {
  readonly ticket: Ticket;
  readonly record: boolean;
}

/** Refused by the server, or not reached. */
export class GuestRefused extends Error {
  constructor(
    readonly problem: Problem,
    readonly wantsPassword: boolean,
  ) {
    super(problem.message);
  }
}

const UNREACHED: Problem = {
  message: "Couldn't reach the server.",
  advice: "Check your internet connection, then try again.",
};

export class GuestRequests {
  constructor(
    private readonly linkId: string,
    private readonly key: string,
  ) {}

  welcome(password: string): Promise<Welcome> {
    return this.post<Welcome>("welcome", { password });
  }

  launch(password: string, consent: boolean): Promise<Entry> {
    return this.post<Entry>("launch", { password, consent });
  }

  resume(session_id: string, capability: string): Promise<Entry> {
    return this.post<Entry>("resume", { session_id, capability });
  }

  async feedback(said: Record<string, unknown>): Promise<void> {
    await this.post("feedback", said);
  }

  /** Rejects with a {@link GuestRefused}. */
  private async post<T>(what: string, body: Record<string, unknown>): Promise<T> {
    const path = `/api/guest/${encodeURIComponent(this.linkId)}/${what}`;
    let answer: Response;
    let said: Record<string, unknown>;
    try {
      answer = await fetch(path, {
        method: "POST",
        credentials: "omit",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ key: this.key, ...body }),
      });
      said = (await answer.json()) as Record<string, unknown>;
    } catch {
      throw new GuestRefused(UNREACHED, false);
    }
    if (answer.ok) return said as T;
    const text = (name: string) => (typeof said[name] === "string" ? said[name] : "");
    throw new GuestRefused({ message: text("error") || UNREACHED.message, advice: text("advice") }, said["password"] === true);
  }
}
