/** Statistics of a call's latencies. Pure. */

/** The nearest-rank 90th percentile; null without values. */
export function p90(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] ?? null;
}

/** Rounded; null without values. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return Math.round(sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2);
}
