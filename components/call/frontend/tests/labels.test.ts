import { describe, expect, it } from "vitest";
import { INITIAL } from "../src/call/state";
import { brainOf } from "../src/labels";
import type { CallCost, StageData } from "../src/ticket";

const stage: StageData = {
  agent_name: "Ava",
  place: "twin",
  can_launch: true,
  launching: false,
  brain: "SmolLM2-135M (built in) · stand-in for gpt-4o-mini",
};
const cost = (label: string): CallCost => ({
  engines: [{ role: "brain", part: "Language model", label, where: "This computer", cost: "Free" }],
  per_minute: 0,
  currency: "USD",
  note: "Free.",
});
const live = (label: string) => ({
  ...INITIAL,
  phase: "live" as const,
  sessionId: "s",
  place: "twin" as const,
  cost: cost(label),
});

describe("the chip that says what answers", () => {
  it("names what would answer, and for which model it is there", () => {
    expect(brainOf(INITIAL, stage)).toBe("SmolLM2-135M (built in) · stand-in for gpt-4o-mini");
  });

  it("keeps both during a call with it", () => {
    expect(brainOf(live("SmolLM2-135M (built in)"), stage)).toBe("SmolLM2-135M (built in) · stand-in for gpt-4o-mini");
  });

  it("names the call's own while another is chosen meanwhile", () => {
    expect(brainOf(live("llama3.2:3b (Ollama)"), stage)).toBe("llama3.2:3b (Ollama)");
  });

  it("says nothing in the cloud", () => {
    expect(brainOf(INITIAL, { ...stage, place: "cloud" })).toBeNull();
  });
});
