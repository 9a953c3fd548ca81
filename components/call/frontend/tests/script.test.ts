import { describe, expect, it } from "vitest";
import type { Line } from "../src/call/line";
import { nextLine } from "../src/call/script";
import { type CallState, INITIAL } from "../src/call/state";

const live: CallState = { ...INITIAL, phase: "live", serverOnline: true, script: ["When is breakfast?", "May I bring a dog?"] };
const said = (speaker: "agent" | "user", text: string) => ({ speaker, text }) as Line;
const greeted = [said("agent", "Welcome.")];

describe("a scripted call", () => {
  it("sends its lines in order, each after the agent's reply", () => {
    expect(nextLine(live, greeted)).toBe("When is breakfast?");
    const asked = [...greeted, said("user", "When is breakfast?")];
    expect(nextLine(live, asked)).toBeNull();
    const answered = [...asked, said("agent", "At seven.")];
    expect(nextLine(live, answered)).toBe("May I bring a dog?");
    expect(nextLine(live, [...answered, said("user", "May I bring a dog?"), said("agent", "Yes.")])).toBeNull();
  });

  it("waits while the agent thinks or speaks, or nothing can be sent", () => {
    const others = [
      { agentState: "speaking" },
      { agentState: "thinking" },
      { phase: "ended" },
      { held: true },
      { script: [] },
    ] as const;
    for (const other of [...others, { serverOnline: false }]) expect(nextLine({ ...live, ...other }, greeted)).toBeNull();
  });
});
