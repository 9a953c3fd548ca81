import { describe, expect, it } from "vitest";
import { type TabStorage, UnsentInputs } from "../src/unsent/entries";

class PlayedTabStorage implements TabStorage {
  private readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

function typed(form = false): { storage: PlayedTabStorage; unsent: UnsentInputs } {
  const storage = new PlayedTabStorage();
  const unsent = new UnsentInputs(storage);
  unsent.typed("url", "old", "old and n", form);
  unsent.typed("url", "old and n", "old and new", form);
  return { storage, unsent };
}

describe("an unsent text", () => {
  it("is restored after a reload if the field shows its earlier text", () => {
    const reloaded = new UnsentInputs(typed().storage);
    expect(reloaded.drawn("url", "old")).toBe("lost");
    expect(reloaded.get("url")?.text).toBe("old and new");
  });

  it("is dropped when the server has it, also reformatted", () => {
    for (const shown of ["old and new", "old\n  and new"]) {
      const { unsent } = typed();
      expect(unsent.drawn("url", shown)).toBe("settled");
      expect(unsent.names).toEqual([]);
    }
  });

  it("is kept as a conflict if another value came from elsewhere", () => {
    const { unsent } = typed();
    expect(unsent.drawn("url", "from elsewhere")).toBe("overtaken");
    expect(unsent.get("url")?.text).toBe("old and new");
  });

  it("of a form is kept until the form's button sends it", () => {
    const { unsent } = typed(true);
    expect(unsent.drawn("url", "old and new")).toBe("settled");
    expect(unsent.drawn("url", "old")).toBe("lost");
  });

  it("is restored if the server has a part of it, or an earlier text", () => {
    const { storage, unsent } = typed();
    expect(unsent.drawn("url", "old and n")).toBe("lost");
    unsent.typed("url", "old and new", "old", false);
    const reloaded = new UnsentInputs(storage);
    expect(reloaded.drawn("url", "old and new")).toBe("lost");
    expect(reloaded.get("url")?.text).toBe("old");
    expect(reloaded.drawn("url", "old")).toBe("settled");
    expect(reloaded.names).toEqual([]);
  });

  it("is kept if it isn't stored on the server, whatever value a reload brings", () => {
    const { unsent } = typed();
    unsent.typed("tab-search", "", "pool", false);
    unsent.sent("tab-search");
    unsent.sent("url");
    expect(unsent.names).toEqual(["tab-search"]);
    expect(unsent.drawn("tab-search", "pool")).toBe("settled");
    expect(unsent.drawn("tab-search", "another beginning")).toBe("lost");
    unsent.typed("tab-search", "pool", "", false);
    expect(unsent.drawn("tab-search", "")).toBe("settled");
  });

  it("conflicts if the field got its value from elsewhere", () => {
    const { unsent } = typed();
    unsent.typed("url-of-all", "", "stays", false);
    expect(unsent.renewed(["url", "url-of-all"]).size).toBe(0);
    expect(unsent.renewed(["url-7", "url-of-all"]).size).toBe(0); // another field, with a number of its own
    expect([...unsent.renewed(["url-t1", "url-of-all"])]).toEqual([["url", "url-t1"]]);
  });

  it("belongs to the same field if a new session counts from 0", () => {
    const { unsent } = typed();
    unsent.rename("url", "url-t12");
    expect(unsent.renewed(["url"]).size).toBe(0);
    expect(unsent.names).toEqual(["url"]);
    expect(unsent.drawn("url", "old")).toBe("lost");
  });

  it("isn't stored if it may contain keys, but kept while the page lives", () => {
    const { storage, unsent } = typed();
    const long = "k".repeat(30_000);
    unsent.typed("exchange-pasted", "", long, false);
    expect(unsent.drawn("exchange-pasted", "")).toBe("lost");
    expect(unsent.get("exchange-pasted")?.text).toBe(long);
    expect(new UnsentInputs(storage).names).toEqual(["url"]);
  });

  it("is dropped after 12 hours, and a damaged storage is empty", () => {
    const { storage } = typed();
    expect(new UnsentInputs(storage, () => Date.now() + 13 * 3_600_000).names).toEqual([]);
    storage.setItem("greenroom/unsent", '{"a": 1, "b": {"was": 2}, "c": null}');
    expect(new UnsentInputs(storage).names).toEqual([]);
  });
});
