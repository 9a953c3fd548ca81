import { describe, expect, it } from "vitest";
import { captionOf } from "../src/call/caption";
import type { Line } from "../src/call/line";

describe("a caption", () => {
  const line = (speaker: "user" | "agent", text: string): Line => ({
    key: "k",
    speaker,
    turnId: 1,
    publisher: "",
    text,
    state: "final",
    source: "voice",
    startedMs: 0,
    endedMs: 1,
    latencyMs: null,
  });

  it("is the newest line, and labels the caller's own", () => {
    expect(captionOf([line("agent", "Yes."), line("user", "And dogs?")])).toBe("You: And dogs?");
    expect(captionOf([])).toBe("");
  });

  it("is the end of a long line, starting with a whole word", () => {
    const caption = captionOf([line("agent", `${"word ".repeat(80)}end.`)]);
    expect(caption).toMatch(/^… word .* end\.$/);
    expect(caption.length).toBeLessThan(160);
  });
});
