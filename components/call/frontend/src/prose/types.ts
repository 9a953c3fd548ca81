/** What a text of a draft is made of on its way between field, browser and server. */

/** What the server holds. `revision` is the draft's and only grows. */
export interface StoredText {
  readonly text: string;
  readonly revision: number;
}

/** What a rerun of the page brings. A new `turn` of the same `tab` means that the server replaced the text: undo, restore, import. */
export interface DrawnText extends StoredText {
  readonly tab: string;
  readonly turn: number;
}

export type SaveStatus = "saved" | "typing" | "saving" | "retrying" | "refused" | "conflict";

export type SaveAnswer =
  | { readonly kind: "saved"; readonly revision: number }
  | { readonly kind: "moved"; readonly text: string; readonly revision: number; readonly takenBack: boolean }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "unreachable" };

/** A text that is kept in the browser until the server has it. `was` is what the server held when it was typed, `sent` what is on its way there. */
export interface KeptText {
  readonly was: string;
  readonly sent: string | null;
  readonly text: string;
}

export interface Surroundings {
  readonly post: (text: string, was: StoredText, leaving: boolean) => Promise<SaveAnswer>;
  readonly keep: (kept: KeptText | null) => void;
  readonly later: (act: () => void, ms: number) => () => void;
}
