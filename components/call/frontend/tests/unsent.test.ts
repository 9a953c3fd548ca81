import { describe, expect, it } from "vitest";
import { type Shelf, UnsentInputs } from "../src/unsent/entries";

class MemoryShelf implements Shelf {
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

function typed(form = false): { shelf: MemoryShelf; unsent: UnsentInputs } {
  const shelf = new MemoryShelf();
  const unsent = new UnsentInputs(shelf);
  unsent.typed("url", "old", "old and n", form);
  unsent.typed("url", "old and n", "old and new", form);
  return { shelf, unsent };
}

describe("what was typed and not yet sent", () => {
  it("comes back after a reload when the field shows what it showed before", () => {
    expect(new UnsentInputs(typed().shelf).drawn("url", "old")).toBe("old and new");
  });

  it("is forgotten when the server has it, or has another value", () => {
    for (const shown of ["old and new", "from elsewhere"]) {
      const { unsent } = typed();
      expect(unsent.drawn("url", shown)).toBeNull();
      expect(unsent.names).toEqual([]);
    }
  });

  it("of a form stays while it stands in the field, since only the form's button sends it", () => {
    const { unsent } = typed(true);
    expect(unsent.drawn("url", "old and new")).toBeNull();
    expect(unsent.drawn("url", "old")).toBe("old and new");
  });

  it("comes back too when the server has the beginning of it, or what was sent some time before", () => {
    const { shelf, unsent } = typed();
    expect(unsent.drawn("url", "old and n")).toBe("old and new");
    unsent.typed("url", "old and new", "old", false);
    const reloaded = new UnsentInputs(shelf);
    expect(reloaded.drawn("url", "old and new")).toBe("old");
    expect(reloaded.drawn("url", "old")).toBeNull();
    expect(reloaded.names).toEqual([]);
  });

  it("is over when the field got its value from elsewhere", () => {
    const { unsent } = typed();
    unsent.typed("url-of-all", "", "stays", false);
    unsent.renewed(["url", "url-of-all"]);
    expect(unsent.names).toEqual(["url", "url-of-all"]);
    unsent.renewed(["url-7", "url-of-all"]);
    expect(unsent.names).toEqual(["url", "url-of-all"]); // another field, with a number of its own
    unsent.renewed(["url-t1", "url-of-all"]);
    expect(unsent.names).toEqual(["url-of-all"]);
  });

  it("is given up after half a day, and a damaged store is an empty one", () => {
    const { shelf } = typed();
    expect(new UnsentInputs(shelf, () => Date.now() + 13 * 3_600_000).names).toEqual([]);
    shelf.setItem("greenroom/unsent", '{"a": 1, "b": {"was": 2}, "c": null}');
    expect(new UnsentInputs(shelf).names).toEqual([]);
  });
});
