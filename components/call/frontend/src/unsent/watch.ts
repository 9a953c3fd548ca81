/** Keep what is typed into the page's plain fields until the server has it, and put it back where a reload or a change of page lost it. */

import { clickedPageLink, SCRIPT_STATE, scriptState } from "../streamlit/page";
import { ConflictPrompts } from "./conflict-prompts";
import type { UnsentInputs } from "./entries";
import { type Field, find, inForm, isAsked, isField, isUnsaved, nameOf, present, putBack } from "./fields";
import { unsentInputs } from "./store";

const SUBMIT = '[data-testid="stFormSubmitButton"]';
/** So long after the page has moved, it is looked at. */
const LOOK_MS = 120;
/** A tap leaves a field and presses a link in so short a time; the run that takes the field's text names the page that is being left. */
const SAME_TAP_MS = 500;
/** So long such a link waits, so that the text goes first. */
const LINK_WAITS_MS = 250;
/** A field that has just been drawn stands empty for a moment before it has its value. */
const STILL_MS = 250;

let watching = false;

/** Watch this page; once, however often the stage is drawn. */
export function keepUnsent(): void {
  if (watching) return;
  watching = true;
  new UnsentWatcher(unsentInputs).begin();
}

class UnsentWatcher {
  /** What a field showed when it was entered. */
  private readonly before = new WeakMap<Field, string>();
  /** Fields that were looked at since they were drawn. */
  private readonly known = new WeakSet<Field>();
  /** Fields that are new: what they show, and since when. */
  private readonly fresh = new WeakMap<Field, { value: string; since: number }>();
  /** Left fields, and forms that were sent: with the number of runs until then. */
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

  /** Follow a link to another page after the text of the field that was left by the same tap. */
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

  /** A run begins after another one, or in the middle of it: only when nothing runs is what is shown what the server has. */
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
   * The field has got its value from elsewhere. What was sent before is part of that, what was still being typed is not. A form may
   * have changed in other fields than this one: then it is as it was, and is drawn as such.
   */
  private replaced(name: string, now: string): void {
    const [entry, field] = [this.unsent.get(name), find(now)];
    if (entry === undefined || this.left.has(name) || field?.value === entry.text) this.unsent.drop(name);
    else {
      this.unsent.rename(name, now);
      if (!entry.form || field === null || !this.unsent.isAsBefore(now, field.value)) this.offer(now);
    }
  }

  /** Another tab has changed what was being typed here: whoever typed it chooses. Until then it is kept. */
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

  /** A run that began after the field was left has taken it along; a form that was sent is cleared, or says what is wrong with it. */
  private isConfirmed(name: string, field: Field | null): boolean {
    const since = this.left.get(name);
    if (since === undefined || this.runs <= since || isUnsaved(name)) return false;
    const stays = field !== null && field.value === this.unsent.get(name)?.text;
    return this.unsent.get(name)?.form === true ? !stays : stays && this.known.has(field);
  }

  /** A form that was sent and stands as it was: its text is still unsent. */
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
