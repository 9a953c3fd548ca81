/** Waiting with a time limit. */

/** Rejection of {@link within}; `what` names the work, as in "Joining the channel". */
export class TimedOut extends Error {
  constructor(readonly what: string) {
    super(`${what} took too long`);
    this.name = "TimedOut";
  }
}

/** The promise's result; rejects with {@link TimedOut} after `ms`. The work itself continues; the caller cleans up after it. */
export function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(what)), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Resolves after `ms`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
