import { describe, expect, it } from "vitest";
import { mutedAfter, pressed, RELEASED } from "../src/call/push-to-talk";

describe("push to talk with Space (row 32)", () => {
  it("unmutes only while muted, and mutes again", () => {
    const held = pressed(RELEASED, true, "free", 1000);
    expect(held).not.toBeNull();
    expect(pressed(RELEASED, false, "free", 1000)).toBeNull();
    expect(mutedAfter(held ?? RELEASED, 1100)).toBe(true);
  });

  it("leaves the key to text fields and other buttons", () => {
    expect(pressed(RELEASED, true, "other", 1000)).toBeNull();
  });

  it("is a click on the mute button if it is short", () => {
    const held = pressed(RELEASED, true, "mute", 1000) ?? RELEASED;
    expect([mutedAfter(held, 1100), mutedAfter(held, 2500)]).toEqual([false, true]);
  });

  it("starts once, however often the key repeats", () => {
    const held = pressed(RELEASED, true, "free", 1000) ?? RELEASED;
    expect(pressed(held, false, "free", 1500)).toBe(held);
  });
});
