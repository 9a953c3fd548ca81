/** Another tab changed a field while one typed into it: both texts, and the choice between them. It floats above the page. */

import { element } from "../timeline/elements";

const SHOWN_CHARS = 300;

/** `choose` gets whether to keep what was typed here. Returns how to close the question without an answer. */
export function offerChoice(label: string, typed: string, choose: (mine: boolean) => void): () => void {
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
