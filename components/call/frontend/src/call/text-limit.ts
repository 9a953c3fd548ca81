/** How long a text may be that is written on the stage or a guest's page: as the server counts it. */

export type Unit = "characters" | "bytes";

/** By how much the text is over its limit; negative: what may still be written. */
export function excess(text: string, limit: number, unit: Unit = "characters"): number {
  const plain = text.trim();
  return (unit === "bytes" ? new TextEncoder().encode(plain) : [...plain]).length - limit;
}

/** Whether there is a text, within its limit. */
export function fits(text: string, limit: number, unit?: Unit): boolean {
  return text.trim() !== "" && excess(text, limit, unit) <= 0;
}
