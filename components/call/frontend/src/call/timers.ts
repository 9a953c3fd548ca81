/** Timers that are canceled together, so that none of a call fires after its end. */

export class Timers {
  private readonly running = new Set<ReturnType<typeof setTimeout>>();

  later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.running.delete(timer);
      act();
    }, ms);
    this.running.add(timer);
  }

  clear(): void {
    for (const timer of this.running) clearTimeout(timer);
    this.running.clear();
  }
}
