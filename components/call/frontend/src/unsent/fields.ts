/** The plain fields of a page as Streamlit draws them: which are kept, under which name, and how a text is put back. */

export type Field = HTMLInputElement | HTMLTextAreaElement;

const KINDS = '[data-testid="stTextInput"], [data-testid="stTextArea"], [data-testid="stNumberInput"]';
const BOX = '[data-testid="stElementContainer"]';
const FORM = '[data-testid="stForm"]';
const KEY = "st-key-";
/** Two tabs with one draft, several long texts that would be emptied: nothing is stored until the question is answered. */
const QUESTIONS = ".st-key-keep_mine, .st-key-clear_texts";

/** The name of the field's key, or null for a field that is not kept: one without a key, and every one that may hold a secret. */
export function nameOf(field: Field): string | null {
  if (field.closest(KINDS) === null || field.type === "password") return null;
  if (["off", "new-password", "current-password"].includes(field.autocomplete)) return null;
  return keyOf(field.closest(BOX));
}

export function isField(target: EventTarget | undefined): target is Field {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

export function inForm(field: Field): boolean {
  return field.closest(FORM) !== null;
}

/** The drawn field of that name. */
export function find(name: string): Field | null {
  const field = document.querySelector<Field>(`${BOX}.${CSS.escape(KEY + name)} :is(input, textarea)`);
  return field === null || nameOf(field) === null ? null : field;
}

/** The page asks a question about the draft that the field belongs to. */
export function isAsked(name: string): boolean {
  return name.startsWith("draft-") && document.querySelector(QUESTIONS) !== null;
}

/** The server has what the field shows and did not store it: half a JSON, a line without a "=", or a draft with a question. */
export function isUnsaved(name: string): boolean {
  return isAsked(name) || document.querySelector(`.${CSS.escape(`${KEY + name}-unsaved`)}`) !== null;
}

/** The names of all keyed elements of the page. */
export function present(): string[] {
  return [...document.querySelectorAll(`${BOX}[class*="${KEY}"]`)].map(keyOf).filter((name): name is string => name !== null);
}

/** Put a text into a field as if it was typed, and leave the field, which sends it. */
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
