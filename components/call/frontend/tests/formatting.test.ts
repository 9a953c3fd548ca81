import { describe, expect, it } from "vitest";
import { clock, milliseconds, shortName } from "../src/formatting";
import { whereItRuns } from "../src/labels";
import { median } from "../src/statistics";

describe("texts of the stage", () => {
  it("format durations and latencies as the studio does", () => {
    expect([clock(0), clock(83_900), clock(3_661_000), milliseconds(642.4), milliseconds(1234), milliseconds(null)]).toEqual([
      "0:00",
      "1:23",
      "1:01:01",
      "642 ms",
      "1,234 ms",
      "–",
    ]);
  });
  it("round the median, and have none without values", () => {
    expect([median([]), median([5]), median([9, 1, 5]), median([1, 2, 4, 9])]).toEqual([null, 5, 5, 3]);
  });
  it("say where the agent runs", () => {
    expect([whereItRuns("twin"), whereItRuns("cloud", "…1f3a")]).toEqual(["Offline twin", "Live on Agora · project …1f3a"]);
  });
  it("shorten an agent's name", () => {
    expect(["Ava, front desk", "Ava", "", "  ,", "Concierge (night)"].map(shortName)).toEqual([
      "Ava",
      "Ava",
      "the agent",
      "the agent",
      "Concierge",
    ]);
  });
});
