/** How durations, latencies and names are written, as on the studio's pages (components/shell/formatting.py). */

/** `m:ss`, or `h:mm:ss` from an hour on. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}

/** "1,240 ms", or a dash for null. */
export function milliseconds(ms: number | null): string {
  return ms === null ? "–" : `${Math.round(ms).toLocaleString("en-US")} ms`;
}

/** Facts in one line; where it wraps, none begins with the dot. */
export function listed(facts: readonly string[]): string {
  return facts.join("\u00a0· ");
}

/** The short form of an agent's name: "Ava" for "Ava, front desk of a small hotel". */
export function shortName(name: string): string {
  const first = name.split(/[,(–—|:]/)[0]?.trim() ?? "";
  return first === "" ? "the agent" : first.length > 28 ? `${first.slice(0, 27).trimEnd()}…` : first;
}
