import { describe, expect, it } from "vitest";

import { Silence } from "../src/call/silence";

const event = (type: "caller_started" | "caller_stopped" | "agent_started" | "agent_stopped", atMs: number) => ({
  type,
  atMs,
  latencyMs: null,
});

describe("silence", () => {
  it("counts from the start while nothing is heard", () => {
    expect(new Silence(1000).report(6000)).toEqual({ silent_ms: 5000, caller_silent_ms: 5000 });
  });

  it("is 0 while the caller speaks, however long", () => {
    const silence = new Silence(0);
    silence.sound(event("caller_started", 1000));
    expect(silence.report(90_000)).toEqual({ silent_ms: 0, caller_silent_ms: 0 });
  });

  it("counts the caller separately from the agent", () => {
    const silence = new Silence(0);
    silence.sound(event("caller_started", 1000));
    silence.sound(event("caller_stopped", 2000));
    silence.sound(event("agent_started", 3000));
    expect(silence.report(10_000)).toEqual({ silent_ms: 0, caller_silent_ms: 8000 });
    silence.sound(event("agent_stopped", 11_000));
    expect(silence.report(12_000)).toEqual({ silent_ms: 1000, caller_silent_ms: 10_000 });
  });

  it("ends with a typed message", () => {
    const silence = new Silence(0);
    silence.typed(9000);
    expect(silence.report(10_000)).toEqual({ silent_ms: 1000, caller_silent_ms: 1000 });
  });
});
