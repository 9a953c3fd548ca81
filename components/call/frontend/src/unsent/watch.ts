/** Keeps what is typed into the page's plain fields until the server has it, and restores it after a reload or a change of page. */

import { clickedPageLink, SCRIPT_STATE, scriptState } from "../streamlit/page";
import { ConflictPrompts } from "./conflict-prompts";
import type { UnsentInputs } from "./entries";
import { type Field, find, inForm, isAsked, isField, isUnsaved, nameOf, present, putBack } from "./fields";
import { unsentInputs } from "./store";

const SUBMIT = '[data-testid="stFormSubmitButton"]';
/** How long after a change of the page its fields are checked. */
const LOOK_MS = 120;
/** A tap on a link leaves a field and clicks the link within this time; the run that takes the text would return to the old page. */
const SAME_TAP_MS = 500;
/** How long such a link waits for the text to be sent. */
const LINK_WAITS_MS = 250;
/** A redrawn field is empty for a moment before it gets its value. */
const STILL_MS = 250;

let watching = false;

/** Starts watching this page; later calls have no effect. */
export function keepUnsent(): void {
  if (watching) return;
  watching = true;
  new UnsentWatcher(unsentInputs).begin();
}

class UnsentWatcher {
  /** A field's text when it got the focus. */
  private readonly before = new WeakMap<Field, string>();
  /** Fields that were checked since they were drawn. */
  private readonly known = new WeakSet<Field>();
  /** New fields: their text, and since when. */
  private readonly fresh = new WeakMap<Field, { value: string; since: number }>();
  /** Fields that lost the focus, and fields of submitted forms, with the number of runs until then. */
  private readonly left = new Map<string, number>();
  private readonly prompts = new ConflictPrompts();
  private leftAt = Number.NEGATIVE_INFINITY;
  private runs = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly unsent: UnsentInputs) {}

  begin(): void {
    document.addEventListener("focusin", (event) => this.entered(event), true);
    document.addEventListener("input", (event) => this.typed(event), true);
    document.addEventListener("focusout", (event) => this.leave(event.composedPath()[0]), true);
    document.addEventListener("keydown", (event) => event.key === "Enter" && this.leave(event.composedPath()[0]), true);
    document.addEventListener("click", (event) => this.submitted(event), true);
    document.addEventListener("click", (event) => this.tapped(event), true);
    new MutationObserver((changes) => this.moved(changes)).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: [SCRIPT_STATE],
    });
    this.soon();
  }

  private entered(event: Event): void {
    const field = event.composedPath()[0];
    if (!isField(field)) return;
    this.before.set(field, field.value);
    this.known.add(field);
  }

  private typed(event: Event): void {
    const field = event.composedPath()[0];
    if (!event.isTrusted || !isField(field)) return;
    const name = nameOf(field);
    if (name === null) return;
    this.unsent.typed(name, this.before.get(field) ?? "", field.value, inForm(field));
    this.left.delete(name);
  }

  private leave(field: EventTarget | undefined): void {
    const name = isField(field) ? nameOf(field) : null;
    if (name === null || this.unsent.get(name) === undefined) return;
    this.leftAt = performance.now();
    if (this.unsent.get(name)?.form === false) this.left.set(name, this.runs);
  }

  /** Delays a link to another page, so that the text of the field that the same tap left is sent first. */
  private tapped(event: MouseEvent): void {
    const link = clickedPageLink(event);
    if (link === null || !event.isTrusted) return;
    if (performance.now() - this.leftAt > SAME_TAP_MS) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setTimeout(() => link.isConnected && link.click(), LINK_WAITS_MS);
  }

  private submitted(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest(SUBMIT) : null;
    const form = button?.closest('[data-testid="stForm"]');
    if (form === null || form === undefined) return;
    for (const name of this.unsent.names) if (form.contains(find(name))) this.left.set(name, this.runs);
  }

  private moved(changes: readonly MutationRecord[]): void {
    if (changes.some((change) => change.type === "attributes") && scriptState() === "running") this.runs += 1;
    if (this.unsent.names.length > 0) this.soon();
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  /** Checks the fields while no script runs: only then do they show what the server has. */
  private look(): void {
    if (scriptState() !== "notRunning") return;
    this.prompts.closeUndrawn();
    for (const [name, now] of this.unsent.renewed(present())) this.replaced(name, now);
    for (const name of this.unsent.names) {
      const field = find(name);
      if (this.isConfirmed(name, field)) {
        this.left.delete(name);
        this.unsent.sent(name);
      } else if (this.isRefused(name, field)) {
        this.left.delete(name);
      } else if (field !== null && !this.known.has(field)) {
        if (this.isStill(field)) this.restore(name, field);
        else this.soon();
      }
    }
    for (const name of this.left.keys()) if (this.unsent.get(name) === undefined) this.left.delete(name);
  }

  /**
   * The field got its value from elsewhere. A text that was sent before is included in that; one that was being typed isn't, and
   * conflicts, unless it is the field of a form in which other fields changed.
   */
  private replaced(name: string, now: string): void {
    const [entry, field] = [this.unsent.get(name), find(now)];
    if (entry === undefined || this.left.has(name) || field?.value === entry.text) this.unsent.drop(name);
    else {
      this.unsent.rename(name, now);
      if (!entry.form || field === null || !this.unsent.isAsBefore(now, field.value)) this.offer(now);
    }
  }

  /** Asks which version to keep after another tab changed the field. */
  private offer(name: string): void {
    const [field, entry] = [find(name), this.unsent.get(name)];
    if (field === null || entry === undefined) return;
    this.known.add(field);
    const choose = (mine: boolean): void => {
      this.unsent.drop(name);
      const shown = find(name);
      if (!mine || shown === null) return;
      this.unsent.typed(name, shown.value, entry.text, entry.form);
      putBack(shown, entry.text);
      this.leave(shown);
    };
    this.prompts.ask(name, field.getAttribute("aria-label") ?? "", entry.text, choose);
  }

  /** Whether the server has the text: a run started after the field was left, or the submitted form was cleared. */
  private isConfirmed(name: string, field: Field | null): boolean {
    const since = this.left.get(name);
    if (since === undefined || this.runs <= since || isUnsaved(name)) return false;
    const stays = field !== null && field.value === this.unsent.get(name)?.text;
    return this.unsent.get(name)?.form === true ? !stays : stays && this.known.has(field);
  }

  /** Whether a submitted form still shows the text, which was rejected. */
  private isRefused(name: string, field: Field | null): boolean {
    const [since, entry] = [this.left.get(name), this.unsent.get(name)];
    return (
      since !== undefined && this.runs > since && entry?.form === true && field?.value === entry.text && this.known.has(field)
    );
  }

  private isStill(field: Field): boolean {
    const seen = this.fresh.get(field);
    if (seen?.value === field.value) return performance.now() - seen.since >= STILL_MS;
    this.fresh.set(field, { value: field.value, since: performance.now() });
    return false;
  }

  private restore(name: string, field: Field): void {
    this.known.add(field);
    const entry = this.unsent.get(name);
    if (isAsked(name) || (isUnsaved(name) && field.value === entry?.text)) return;
    switch (this.unsent.drawn(name, field.value)) {
      case "lost":
        putBack(field, entry?.text ?? "");
        this.leave(field);
        return;
      case "overtaken":
        this.offer(name);
    }
  }
}
