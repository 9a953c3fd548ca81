/** One click on Launch: its ID, which Python's answer repeats, and the time limit for that answer. */

import type { Problem } from "../ticket";

/** Python usually answers within 100 ms; after this, the click was lost. */
const ANSWER_MS = 20_000;

export class LaunchPress {
  private number = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private refused = false;

  /** Returns the ID of this click. */
  begin(onNoAnswer: () => void): number {
    this.settle();
    this.refused = false;
    this.number = Date.now();
    this.timer = setTimeout(onNoAnswer, ANSWER_MS);
    return this.number;
  }

  isAnsweredBy(number: number | null | undefined): boolean {
    return number === this.number;
  }

  /** Python answered without a ticket. */
  answer(refused: boolean): void {
    this.settle();
    this.refused = refused;
  }

  /** Whether a refusal no longer applies, because the page shows no problem anymore. True once. */
  isWithdrawn(problem: Problem | null | undefined): boolean {
    const withdrawn = this.refused && !problem;
    if (withdrawn) this.refused = false;
    return withdrawn;
  }

  settle(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
