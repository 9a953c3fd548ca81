/** One text of a draft during editing: the text in the field, the text on the server, and saving. No DOM. */

import { PAUSE_MS, retryAfter, waitAfterKey } from "./timing";
import type { DrawnText, KeptText, SaveAnswer, SaveStatus, StoredText, Surroundings } from "./types";

export class SavedText {
  text: string;
  status: SaveStatus = "saved";
  /** Why the server refused the text; "" otherwise. */
  message = "";
  /** A text that another tab saved during editing; null without a conflict. */
  theirs: StoredText | null = null;
  /** Called after each change of text or status. */
  onChange: () => void = () => {};
  /** Called when the server has saved this tab's text. */
  onSaved: (revision: number) => void = () => {};
  private stored: StoredText;
  private drawn: { tab: string; turn: number };
  private sending: string | null = null;
  private generation = 0;
  private retries = 0;
  private firstKey: number | null = null;
  private cancel: () => void = () => {};

  constructor(
    first: DrawnText,
    kept: KeptText | null,
    private readonly around: Surroundings,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.stored = { text: first.text, revision: first.revision };
    this.drawn = { tab: first.tab, turn: first.turn };
    this.text = first.text;
    if (kept === null || kept.text === first.text) return;
    this.text = kept.text;
    if (kept.was === first.text || kept.sent === first.text) {
      this.status = "typing";
      this.plan(0);
    } else this.clash(this.stored);
  }

  get dirty(): boolean {
    return this.text !== this.stored.text;
  }

  /** The server's text that the current text is based on. */
  get was(): string {
    return this.stored.text;
  }

  get revision(): number {
    return this.stored.revision;
  }

  type(text: string): void {
    this.text = text;
    if (this.status !== "conflict" && !this.dirty && this.sending === null) {
      this.settle();
      return;
    }
    this.keep();
    if (this.status === "conflict") return; // stored in the browser, and saved once the user has chosen a version
    this.show("typing");
    this.firstKey ??= this.now();
    this.plan(waitAfterKey(this.now() - this.firstKey));
  }

  /** Saves without waiting for a pause. */
  flush(leaving = false): void {
    // A running save is followed by the next one if needed.
    if (this.status === "conflict" || !this.dirty || this.sending !== null) return;
    this.cancel();
    void this.send(leaving);
  }

  receive(drawn: DrawnText): void {
    const sameTab = drawn.tab === this.drawn.tab;
    const replaced = sameTab && drawn.turn > this.drawn.turn;
    if (sameTab && drawn.turn < this.drawn.turn) return; // drawn by an older run
    this.drawn = { tab: drawn.tab, turn: drawn.turn };
    if (replaced) {
      this.replace(drawn);
      return;
    }
    if (sameTab && drawn.revision < this.stored.revision) return;
    if ((!this.dirty && this.sending === null) || drawn.text === this.text) {
      if (this.sending === null) this.replace(drawn);
      return;
    }
    if (drawn.text === this.stored.text || drawn.text === this.sending) {
      this.stored = { text: drawn.text, revision: drawn.revision };
      return;
    }
    if (this.sending === null) this.clash(drawn);
  }

  /** Resolves a conflict: saves this text over the other tab's. */
  keepMine(): void {
    if (this.theirs === null) return;
    this.stored = this.theirs;
    this.theirs = null;
    if (!this.dirty) {
      this.settle();
      return;
    }
    this.keep();
    void this.send(false);
  }

  /** Resolves a conflict: takes the other tab's text. */
  useTheirs(): void {
    if (this.theirs !== null) this.replace(this.theirs);
  }

  private replace(by: StoredText): void {
    this.generation += 1;
    this.sending = null;
    this.cancel();
    this.theirs = null;
    this.stored = { text: by.text, revision: by.revision };
    this.text = by.text;
    this.settle();
  }

  private keep(): void {
    this.around.keep({ was: this.stored.text, sent: this.sending, text: this.text });
  }

  private settle(): void {
    this.cancel();
    this.firstKey = null;
    this.retries = 0;
    this.message = "";
    this.around.keep(null);
    this.show("saved");
  }

  private clash(theirs: StoredText): void {
    this.cancel();
    this.theirs = { text: theirs.text, revision: theirs.revision };
    this.show("conflict");
  }

  private plan(ms: number): void {
    this.cancel();
    this.cancel = this.around.later(() => void this.send(false), ms);
  }

  private async send(leaving: boolean): Promise<void> {
    if (this.sending !== null) return;
    const [sent, was, generation] = [this.text, this.stored, this.generation];
    this.sending = sent;
    this.firstKey = null;
    this.keep();
    this.show("saving");
    const answer = await this.around.post(sent, was, leaving);
    if (generation !== this.generation) return; // replaced meanwhile
    this.sending = null;
    this.answered(answer, sent);
  }

  private answered(answer: SaveAnswer, sent: string): void {
    switch (answer.kind) {
      case "saved":
        this.confirmed({ text: sent, revision: answer.revision });
        return;
      case "moved":
        if (answer.takenBack && this.text === sent) this.replace(answer);
        else if (answer.text === sent) this.confirmed({ text: sent, revision: answer.revision });
        else if (answer.text === this.stored.text) this.plan(0);
        else this.clash(answer);
        return;
      case "refused":
        this.message = answer.message;
        this.show("refused");
        return;
      case "unreachable":
        this.show("retrying");
        this.plan(retryAfter(this.retries++));
    }
  }

  private confirmed(stored: StoredText): void {
    if (stored.revision >= this.stored.revision) this.stored = stored;
    this.retries = 0;
    if (this.dirty) {
      this.keep();
      this.show("typing");
      this.plan(PAUSE_MS / 2);
    } else this.settle();
    this.onSaved(this.stored.revision);
  }

  private show(status: SaveStatus): void {
    this.status = status;
    this.onChange();
  }
}
