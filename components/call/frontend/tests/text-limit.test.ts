import { describe, expect, it } from "vitest";
import { excess, fits } from "../src/call/text-limit";

describe("a text with a limit", () => {
  it("counts characters as the server does, without the spaces around them", () => {
    expect(excess("🙂🙂 ", 2)).toBe(0);
    expect(excess("🙂🙂!", 2)).toBe(1);
    expect(excess(" é ", 4, "bytes")).toBe(-2);
  });

  it("fits if there is one, and it isn't longer", () => {
    expect(["", "  ", "ab", " ab ", "abc"].map((text) => fits(text, 2))).toEqual([false, false, true, true, false]);
  });
});
