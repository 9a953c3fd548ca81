/** Prompts for conflicts: another tab changed a field during typing, and the user chooses a version. They float above the page. */

import { element } from "../elements";
import { find } from "./fields";

const SHOWN_CHARS = 300;

/** The open prompts, at most one per field. */
export class ConflictPrompts {
  /** Closes a prompt without an answer, by the name of its field. */
  private readonly open = new Map<string, () => void>();

  /** `choose` gets whether to keep the text that was typed here. */
  ask(name: string, label: string, typed: string, choose: (mine: boolean) => void): void {
    this.open.get(name)?.();
    const answered = (mine: boolean): void => {
      this.open.delete(name);
      choose(mine);
    };
    this.open.set(name, offerChoice(label, typed, answered));
  }

  /** Closes the prompts of fields that aren't drawn; they are asked again when they are. */
  closeUndrawn(): void {
    for (const [name, close] of this.open) {
      if (find(name) !== null) continue;
      close();
      this.open.delete(name);
    }
  }
}

/** Returns a function that closes the prompt without an answer. */
function offerChoice(label: string, typed: string, choose: (mine: boolean) => void): () => void {
  const short = typed.length > SHOWN_CHARS ? `${typed.slice(0, SHOWN_CHARS)}…` : typed;
  const buttons = element("div", { class: "overtaken-choice" });
  const offer = element(
    "div",
    { class: "overtaken", role: "status", "data-testid": "overtaken" },
    element("p", {}, `${label} was changed in another tab while you typed. Your version:`),
    element("pre", {}, short),
    buttons,
  );
  for (const [words, mine] of [
    ["Keep my version", true],
    ["Load their version", false],
  ] as const) {
    const button = element("button", { type: "button" }, words);
    button.addEventListener("click", () => {
      offer.remove();
      choose(mine);
    });
    buttons.append(button);
  }
  (document.querySelector(".stApp") ?? document.body).append(offer);
  return () => offer.remove();
}
