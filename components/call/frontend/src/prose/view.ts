/** A text area that saves during typing: label, field, save status, and the choice after a conflict. */

import { element } from "../elements";
import type { SavedText } from "./saved-text";
import type { SaveStatus } from "./types";

/** What the page sets of a field; `docs`: address of the documentation, `height` in px. */
export interface ProseLook {
  readonly label: string;
  readonly help: string;
  readonly docs: string;
  readonly placeholder: string;
  readonly height: number;
}

/** What the field reports to the page. */
export interface ProseActs {
  /** The current text, before a button is clicked that needs it. */
  readonly typed: () => void;
  /** Ctrl+Enter. */
  readonly apply: () => void;
}

const WORDS: Readonly<Record<SaveStatus, string>> = {
  saved: "Saved",
  typing: "Saving…",
  saving: "Saving…",
  retrying: "Not saved yet: the server isn't responding. Your text is kept in this browser and will be saved when it responds.",
  refused: "Not saved.",
  conflict: "This text was changed in another tab. Both versions are kept: choose one.",
};
const QUIET: ReadonlySet<SaveStatus> = new Set(["saved", "typing", "saving"]);

/** The elements of one text field, until {@link close}. */
export class ProseView {
  readonly root: HTMLElement;
  readonly field: HTMLTextAreaElement;
  acts: ProseActs = { typed: () => {}, apply: () => {} };

  private readonly label = element("label", { class: "prose-label", for: "field" });
  private readonly help = element("button", { type: "button", class: "prose-help", "aria-label": "Help" }, "?");
  private readonly tip = element("div", { class: "prose-tip", role: "tooltip", id: "tip", hidden: true });
  private readonly status = element("span", { class: "prose-status", "data-testid": "prose-status" });
  private readonly alert = element("div", { class: "prose-alert", role: "status", "aria-live": "polite" });
  private readonly outside = (event: PointerEvent): void => this.pressed(event);
  private readonly leaving = (): void => this.text.flush(true);
  private readonly changed = (): void => this.show();
  private typed = false;

  constructor(private readonly text: SavedText) {
    this.field = element("textarea", { class: "prose-field", id: "field", spellcheck: "true", "aria-describedby": "tip" });
    this.field.value = text.text;
    this.root = element(
      "div",
      { class: "prose", "data-testid": "prose" },
      element("div", { class: "prose-head" }, this.label, this.help, this.tip, this.status),
      this.field,
      this.alert,
    );
    this.field.addEventListener("input", () => {
      this.typed = true;
      text.type(this.field.value);
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => text.flush());
    this.help.addEventListener("click", () => (this.tip.hidden = !this.tip.hidden));
    this.help.addEventListener("blur", (event) => (this.tip.hidden = !this.tip.contains(event.relatedTarget as Node | null)));
    document.addEventListener("pointerdown", this.outside, true);
    window.addEventListener("pagehide", this.leaving);
    document.addEventListener("visibilitychange", this.leaving);
    text.onChange = this.changed;
    this.show();
  }

  close(): void {
    document.removeEventListener("pointerdown", this.outside, true);
    window.removeEventListener("pagehide", this.leaving);
    document.removeEventListener("visibilitychange", this.leaving);
    if (this.text.onChange === this.changed) this.text.onChange = () => {}; // the field may have been redrawn
    this.text.flush();
  }

  get focused(): boolean {
    return (this.root.getRootNode() as Document | ShadowRoot).activeElement === this.field;
  }

  look(look: ProseLook): void {
    if (this.label.textContent !== look.label) this.label.textContent = look.label;
    this.field.placeholder = look.placeholder;
    if (this.field.style.height === "") this.field.style.height = `${look.height}px`;
    this.help.hidden = look.help === "";
    const words: (Node | string)[] = [look.help];
    if (/^https:\/\//.test(look.docs))
      words.push(" ", element("a", { href: look.docs, target: "_blank", rel: "noopener" }, "Documentation"));
    this.tip.replaceChildren(...words);
  }

  private show(): void {
    const { text } = this;
    // Set only if it differs: setting the value ends the field's own undo.
    if (this.field.value !== text.text) {
      const [start, end] = [this.field.selectionStart, this.field.selectionEnd];
      this.field.value = text.text;
      if (this.focused) this.field.setSelectionRange(Math.min(start, text.text.length), Math.min(end, text.text.length));
    }
    this.root.dataset["status"] = text.status;
    const quiet = QUIET.has(text.status);
    this.status.textContent = quiet && (this.typed || text.status !== "saved") ? WORDS[text.status] : "";
    if (quiet) this.alert.replaceChildren();
    else if (text.status === "conflict") this.alert.replaceChildren(element("p", {}, WORDS.conflict), this.choice());
    else
      this.alert.replaceChildren(
        element("p", {}, text.status === "refused" ? `${WORDS.refused} ${text.message}` : WORDS.retrying),
      );
  }

  private choice(): HTMLElement {
    const theirs = this.text.theirs?.text ?? "";
    const mine = element("button", { type: "button", class: "prose-button" }, "Keep my version");
    const other = element("button", { type: "button", class: "prose-button" }, "Load their version");
    mine.addEventListener("click", () => this.text.keepMine());
    other.addEventListener("click", () => this.text.useTheirs());
    const shown = element("details", {}, element("summary", {}, "Their version"), element("pre", {}, theirs));
    return element("div", { class: "prose-choice" }, mine, other, shown);
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.text.flush();
    this.acts.apply();
  }

  /** Saves before a button acts on the text, and reports it. Not for links to other pages: a report would name the page that is left. */
  private pressed(event: PointerEvent): void {
    const path = event.composedPath();
    if (path.includes(this.root) || !this.text.dirty) return;
    this.text.flush();
    if (path.some((node) => node instanceof HTMLButtonElement)) this.acts.typed();
  }
}
