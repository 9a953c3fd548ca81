/** Types of a text of a draft between field, browser storage and server. */

/** The text on the server; `revision` is the draft's, and increases with each change. */
export interface StoredText {
  readonly text: string;
  readonly revision: number;
}

/** The text that a rerun draws. A higher `turn` of the same `tab` means that the server replaced the text: undo, restore, import. */
export interface DrawnText extends StoredText {
  readonly tab: string;
  readonly turn: number;
}

/** `typing`: not saved yet · `retrying`: the server is unreachable · `refused`: the server rejected the text. */
export type SaveStatus = "saved" | "typing" | "saving" | "retrying" | "refused" | "conflict";

/** The server's answer; `moved`: it has another text, `takenBack` if ours was undone. */
export type SaveAnswer =
  | { readonly kind: "saved"; readonly revision: number }
  | { readonly kind: "moved"; readonly text: string; readonly revision: number; readonly takenBack: boolean }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "unreachable" };

/** A text that the browser stores until the server has it. `was`: the server's text that it is based on; `sent`: a text being saved. */
export interface KeptText {
  readonly was: string;
  readonly sent: string | null;
  readonly text: string;
}

/** What a text needs from the page: saving, storage and timers. */
export interface Surroundings {
  readonly post: (text: string, was: StoredText, leaving: boolean) => Promise<SaveAnswer>;
  readonly keep: (kept: KeptText | null) => void;
  readonly later: (act: () => void, ms: number) => () => void;
}
