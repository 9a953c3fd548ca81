import { describe, expect, it } from "vitest";
import { vendorProblem } from "../src/call/problems";

describe("What a vendor reports", () => {
  it.each([
    [429, "slow down"],
    [500, "session limit reached"],
    [503, "all avatars are busy"],
    [400, "Concurrency exceeded: too many sessions"],
  ])("an avatar without a free place leaves the voice, and another one is offered: %s %s (row 47)", (code, message) => {
    const problem = vendorProblem("avatar", code, message);
    expect(problem.message).toContain("continues without a face");
    expect(problem.message).toContain(message);
    expect(problem.advice).toContain("another avatar");
  });

  it("a limit of another module is not taken for the avatar's", () => {
    const problem = vendorProblem("llm", 429, "rate limit");
    expect(problem.message).toContain("language model");
    expect(problem.advice).toContain("limit");
    expect(problem.advice).not.toContain("avatar");
  });

  it("a refused key names the page where keys are kept (row 71)", () => {
    expect(vendorProblem("tts", 401, "no").advice).toContain("key in Settings");
    expect(vendorProblem("tts", 500, "the key is not valid").advice).toContain("key in Settings");
  });

  it("anything else says that the agent goes on (row 72)", () => {
    expect(vendorProblem("asr", 500, "stream closed").advice).toContain("continues");
  });
});
