/** DOM elements by name, attributes and content. Strings become text, never markup. */

type Attributes = Record<string, string | number | boolean>;

/** `true` sets an attribute without a value; `false` leaves it out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  made.append(...inside);
  return made;
}

/**
 * The element of a component of ours on Streamlit's page, with its own style. Keys end here: Streamlit has one-letter shortcuts and,
 * from outside of a shadow root, can't see that a field has the focus.
 */
export function styledHost(css: string): HTMLElement {
  const host = element("div", {}, element("style", {}, css));
  for (const type of ["keydown", "keyup", "keypress"] as const) host.addEventListener(type, (event) => event.stopPropagation());
  return host;
}

/** Positions an element on an axis of `lengthMs`, in percent of its width. */
export function place(what: HTMLElement, fromMs: number, toMs: number, lengthMs: number): void {
  const share = (ms: number) => Math.min(100, Math.max(0, (ms / Math.max(1, lengthMs)) * 100));
  what.style.left = `${share(fromMs)}%`;
  if (toMs > fromMs) what.style.width = `${Math.max(0.2, share(toMs) - share(fromMs))}%`;
}
