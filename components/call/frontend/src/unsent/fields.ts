/** The plain fields of a Streamlit page: which ones are kept, their names, and how a text is put back. */

/** A plain text field. */
export type Field = HTMLInputElement | HTMLTextAreaElement;

const KINDS = '[data-testid="stTextInput"], [data-testid="stTextArea"], [data-testid="stNumberInput"]';
const BOX = '[data-testid="stElementContainer"]';
const FORM = '[data-testid="stForm"]';
const KEY = "st-key-";
/** Questions about a draft (a conflict between two tabs, clearing several long texts); nothing is stored until they are answered. */
const QUESTIONS = ".st-key-keep_mine, .st-key-clear_texts";

/** The name of the field's key; null for a field that isn't kept: without a key, or one that may contain a secret. */
export function nameOf(field: Field): string | null {
  if (field.closest(KINDS) === null || field.type === "password") return null;
  if (["off", "new-password", "current-password"].includes(field.autocomplete)) return null;
  return keyOf(field.closest(BOX));
}

/** Whether an event's target is a text field. */
export function isField(target: EventTarget | undefined): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** Whether the field is sent by the button of a form. */
export function inForm(field: Field): boolean {
  return field.closest(FORM) !== null;
}

/** The drawn field of that name. */
export function find(name: string): Field | null {
  const field = document.querySelector<Field>(`${BOX}.${CSS.escape(KEY + name)} :is(input, textarea)`);
  return field === null || nameOf(field) === null ? null : field;
}

/** Whether the page asks a question about the draft that the field belongs to. */
export function isAsked(name: string): boolean {
  return name.startsWith("draft-") && document.querySelector(QUESTIONS) !== null;
}

/** Whether the server rejected the field's text: incomplete JSON, a line without "=", or a draft with an open question. */
export function isUnsaved(name: string): boolean {
  return isAsked(name) || document.querySelector(`.${CSS.escape(`${KEY + name}-unsaved`)}`) !== null;
}

/** The names of all keyed elements of the page. */
export function present(): string[] {
  return [...document.querySelectorAll(`${BOX}[class*="${KEY}"]`)].map(keyOf).filter((name): name is string => name !== null);
}

/** Sets the text of a field as if it had been typed, and leaves the field, which sends it. */
export function putBack(field: Field, text: string): void {
  const kind = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set?.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (document.activeElement !== field) field.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
}

function keyOf(box: Element | null): string | null {
  const found = [...(box?.classList ?? [])].find((one) => one.startsWith(KEY));
  return found === undefined ? null : found.slice(KEY.length);
}
