import { describe, expect, it } from "vitest";
import { SavedText } from "../src/prose/saved-text";
import type { DrawnText, KeptText, SaveAnswer, StoredText } from "../src/prose/types";

/** A server with one text, and a clock that a test turns. */
class World {
  text = "Hello.";
  revision = 1;
  reachable = true;
  /** A text that a click has saved and undone. */
  takenBack: string | null = null;
  kept: KeptText | null = null;
  posts = 0;
  now = 0;
  private due: { at: number; act: () => void }[] = [];

  drawn(turn = 0, tab = "t"): DrawnText {
    return { text: this.text, revision: this.revision, turn, tab };
  }

  open(kept: KeptText | null = null): SavedText {
    const around = {
      post: (text: string, was: StoredText) => Promise.resolve(this.answer(text, was)),
      keep: (value: KeptText | null) => {
        this.kept = value;
      },
      later: (act: () => void, ms: number) => {
        const entry = { at: this.now + ms, act };
        this.due.push(entry);
        return () => {
          this.due = this.due.filter((each) => each !== entry);
        };
      },
    };
    return new SavedText(this.drawn(), kept, around, () => this.now);
  }

  answer(text: string, was: StoredText): SaveAnswer {
    this.posts += 1;
    if (!this.reachable) return { kind: "unreachable" };
    const takenBack = text === this.takenBack && was.revision < this.revision;
    if (this.text !== was.text || takenBack) return { kind: "moved", text: this.text, revision: this.revision, takenBack };
    this.text = text;
    this.revision += 1;
    return { kind: "saved", revision: this.revision };
  }

  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      const next = this.due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.now = next.at;
      this.due = this.due.filter((each) => each !== next);
      next.act();
      for (let i = 0; i < 5; i += 1) await Promise.resolve();
    }
    this.now = until;
  }
}

describe("a text that is saved during typing", () => {
  it("is saved within a second of the last key, with one request", async () => {
    const world = new World();
    const text = world.open();
    for (const words of ["Hello. H", "Hello. Hi", "Hello. Hi!"]) {
      text.type(words);
      await world.pass(100);
    }
    await world.pass(900);
    expect([world.text, world.posts, text.status, world.kept]).toEqual(["Hello. Hi!", 1, "saved", null]);
  });

  it("is saved regularly during typing without pauses", async () => {
    const world = new World();
    const text = world.open();
    for (let i = 0; i < 50; i += 1) {
      text.type(`Hello. ${"x".repeat(i)}`);
      await world.pass(100);
    }
    expect(world.posts).toBeGreaterThanOrEqual(1);
  });

  it("is restored after a reload, also if a part of it was being saved", async () => {
    const world = new World();
    world.open().type("Hello. Unsaved");
    const reloaded = world.open(world.kept);
    expect(reloaded.text).toBe("Hello. Unsaved");
    world.text = "Hello. Half"; // what was on its way arrived after all
    const again = world.open({ was: "Hello.", sent: "Hello. Half", text: "Hello. Half and more" });
    await world.pass(1000);
    expect([again.text, world.text, again.status]).toEqual(["Hello. Half and more", "Hello. Half and more", "saved"]);
  });

  it("is kept while the server is unreachable, and saved when it is back", async () => {
    const world = new World();
    world.reachable = false;
    const text = world.open();
    text.type("Hello. Offline");
    await world.pass(2000);
    expect([text.status, world.kept?.text]).toEqual(["retrying", "Hello. Offline"]);
    world.reachable = true;
    text.receive({ ...world.drawn(0, "another session") }); // the page came back with a new session
    await world.pass(9000);
    expect([text.status, world.text, world.kept]).toEqual(["saved", "Hello. Offline", null]);
  });

  it("keeps both versions if another tab saved first", async () => {
    for (const [act, left] of [
      ["keepMine", "Hello. Mine"],
      ["useTheirs", "Hello. Theirs"],
    ] as const) {
      const world = new World();
      const text = world.open();
      text.type("Hello. Mine");
      world.answer("Hello. Theirs", { text: "Hello.", revision: 1 });
      await world.pass(1000);
      expect([text.status, text.text, text.theirs?.text, world.text]).toEqual([
        "conflict",
        "Hello. Mine",
        "Hello. Theirs",
        "Hello. Theirs",
      ]);
      text[act]();
      await world.pass(1000);
      expect([text.status, text.text, world.text]).toEqual(["saved", left, left]);
    }
  });

  it("takes the undone text if its save arrives after the undo, and is saved when typed again", async () => {
    const world = new World();
    const text = world.open();
    text.type("Hello. Undone");
    [world.takenBack, world.revision] = ["Hello. Undone", 3];
    await world.pass(1000);
    expect([text.status, text.text, world.text]).toEqual(["saved", "Hello.", "Hello."]);
    text.type("Hello. Undone");
    await world.pass(1000);
    expect([text.status, world.text]).toEqual(["saved", "Hello. Undone"]);
  });

  it("ignores a page that was drawn before the last save", async () => {
    const world = new World();
    const text = world.open();
    const before = world.drawn();
    text.type("Hello. New");
    await world.pass(1000);
    text.receive(before);
    expect(text.text).toBe("Hello. New");
  });

  it("is updated from elsewhere while nothing is unsaved", () => {
    const world = new World();
    const text = world.open();
    world.answer("Hello. From the other tab", { text: "Hello.", revision: 1 });
    text.receive(world.drawn());
    expect([text.text, text.status]).toEqual(["Hello. From the other tab", "saved"]);
  });

  it("follows an undo, also with unsaved words", async () => {
    const world = new World();
    const text = world.open();
    text.type("Hello. Undone");
    world.revision += 2; // typed words were saved with the click, then undone
    text.receive(world.drawn(1));
    await world.pass(2000);
    expect([text.text, world.text, world.posts]).toEqual(["Hello.", "Hello.", 0]);
  });
});
