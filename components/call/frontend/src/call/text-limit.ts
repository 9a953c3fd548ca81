/** Length limits of texts, counted as the server does. */

/** How a limit counts. */
export type Unit = "characters" | "bytes";

/** How far the text exceeds its limit; negative: what is left. Spaces at the ends don't count. */
export function excess(text: string, limit: number, unit: Unit = "characters"): number {
  const plain = text.trim();
  return (unit === "bytes" ? new TextEncoder().encode(plain) : [...plain]).length - limit;
}

/** Whether the text is neither blank nor too long. */
export function fits(text: string, limit: number, unit?: Unit): boolean {
  return text.trim() !== "" && excess(text, limit, unit) <= 0;
}
