import { describe, expect, it } from "vitest";
import { vendorProblem } from "../src/call/problems";

describe("a vendor's problem", () => {
  it.each([
    [429, "slow down"],
    [500, "session limit reached"],
    [503, "all avatars are busy"],
    [400, "Concurrency exceeded: too many sessions"],
  ])("of a full avatar vendor keeps the audio, and suggests another avatar: %s %s (row 47)", (code, message) => {
    const problem = vendorProblem("avatar", code, message);
    expect(problem.message).toContain("continues without a face");
    expect(problem.message).toContain(message);
    expect(problem.advice).toContain("another avatar");
  });

  it("of another module isn't the avatar's", () => {
    const problem = vendorProblem("llm", 429, "rate limit");
    expect(problem.message).toContain("language model");
    expect(problem.advice).toContain("limit");
    expect(problem.advice).not.toContain("avatar");
  });

  it("with a key points to the settings (row 71)", () => {
    expect(vendorProblem("tts", 401, "no").advice).toContain("key in Settings");
    expect(vendorProblem("tts", 500, "the key is not valid").advice).toContain("key in Settings");
  });

  it("of another kind says that the call continues (row 72)", () => {
    expect(vendorProblem("asr", 500, "stream closed").advice).toContain("continues");
  });
});
