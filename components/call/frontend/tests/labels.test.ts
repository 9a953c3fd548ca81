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

describe("the offline brain's chip", () => {
  it("names the brain, and the model that it stands in for", () => {
    expect(brainOf(INITIAL, stage)).toBe("SmolLM2-135M (built in) · stand-in for gpt-4o-mini");
  });

  it("keeps both during a call with it", () => {
    expect(brainOf(live("SmolLM2-135M (built in)"), stage)).toBe("SmolLM2-135M (built in) · stand-in for gpt-4o-mini");
  });

  it("names the call's brain while another one is selected", () => {
    expect(brainOf(live("llama3.2:3b (Ollama)"), stage)).toBe("llama3.2:3b (Ollama)");
  });

  it("is hidden on Agora", () => {
    expect(brainOf(INITIAL, { ...stage, place: "cloud" })).toBeNull();
  });
});
