/** One press of Launch: its number, by which Python's answer is known, and how long that answer is waited for. */

import type { Problem } from "../ticket";

/** Python answers in about a tenth of a second; a page that is this late has lost it. */
const ANSWER_MS = 20_000;

export class LaunchPress {
  private number = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private refused = false;

  /** Returns the number of this press. */
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

  /** Python answered: refused with a problem, or nothing came of the press. */
  answer(refused: boolean): void {
    this.settle();
    this.refused = refused;
  }

  /** Whether the refusal no longer holds, because the page shows no problem anymore. True once. */
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
