/** One press of Launch: its number, by which Python's answer is known, and how long that answer is waited for. */

/** Python answers in about a tenth of a second; a page that is this late has lost it. */
const ANSWER_MS = 20_000;

export class LaunchPress {
  private number = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** Returns the number of this press. */
  begin(onNoAnswer: () => void): number {
    this.settle();
    this.number = Date.now();
    this.timer = setTimeout(onNoAnswer, ANSWER_MS);
    return this.number;
  }

  isAnsweredBy(number: number | null | undefined): boolean {
    return number === this.number;
  }

  settle(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
