/** `fetch` with a time limit: a server that accepts a connection and never responds counts as one that can't be reached. */

/**
 * The response as `read` turns it into a value. `ms` limits the whole exchange, body included.
 * Rejects as `fetch` and `read` do, and with an AbortError after `ms`.
 */
export async function fetchWithin<T>(
  ms: number,
  address: string,
  request: RequestInit,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), ms);
  try {
    return await read(await fetch(address, { ...request, signal: stop.signal }));
  } finally {
    clearTimeout(timer);
  }
}
