/** Another tab changed a field while one typed into it: both texts, and the choice between them. It floats above the page. */

import { element } from "../elements";
import { find } from "./fields";

const SHOWN_CHARS = 300;

/** The open questions, one for a field at most. */
export class ConflictPrompts {
  /** By the name of the field: how to close it without an answer. */
  private readonly open = new Map<string, () => void>();

  /** `choose` gets whether to keep what was typed here. */
  ask(name: string, label: string, typed: string, choose: (mine: boolean) => void): void {
    this.open.get(name)?.();
    const answered = (mine: boolean): void => {
      this.open.delete(name);
      choose(mine);
    };
    this.open.set(name, offerChoice(label, typed, answered));
  }

  /** Those of fields that are not drawn: they are asked about again when they are. */
  closeUndrawn(): void {
    for (const [name, close] of this.open) {
      if (find(name) !== null) continue;
      close();
      this.open.delete(name);
    }
  }
}

/** `choose` gets whether to keep what was typed here. Returns how to close the question without an answer. */
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
