/** Elements made of facts. Whatever a record holds becomes text, never markup. */

type Facts = Record<string, string | number | boolean>;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  facts: Facts = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(facts))
    if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  made.append(...inside);
  return made;
}

/** At this share of the axis, and so wide. */
export function place(what: HTMLElement, fromMs: number, toMs: number, lengthMs: number): void {
  const share = (ms: number) => Math.min(100, Math.max(0, (ms / Math.max(1, lengthMs)) * 100));
  what.style.left = `${share(fromMs)}%`;
  if (toMs > fromMs) what.style.width = `${Math.max(0.2, share(toMs) - share(fromMs))}%`;
}
