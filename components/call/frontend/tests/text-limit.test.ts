import { describe, expect, it } from "vitest";
import { excess, fits } from "../src/call/text-limit";

describe("a text with a limit", () => {
  it("counts characters as the server does, without spaces at the ends", () => {
    expect(excess("🙂🙂 ", 2)).toBe(0);
    expect(excess("🙂🙂!", 2)).toBe(1);
    expect(excess(" é ", 4, "bytes")).toBe(-2);
  });

  it("fits if it is neither blank nor too long", () => {
    expect(["", "  ", "ab", " ab ", "abc"].map((text) => fits(text, 2))).toEqual([false, false, true, true, false]);
  });
});
