import { describe, expect, it } from "vitest";
import { latencyParts } from "../src/timeline/latency-parts";
import { slowest, startOf, type TimelineTurn, ticks, turnAt } from "../src/timeline/record";

const turn = (
  speaker: "user" | "agent",
  started_ms: number,
  ended_ms: number,
  more: Partial<TimelineTurn> = {},
): TimelineTurn => ({
  speaker,
  text: "words",
  started_ms,
  ended_ms,
  source: "voice",
  interrupted: false,
  latency_ms: null,
  stages: {},
  ...more,
});

describe("the turn at a time", () => {
  const talk = [
    turn("agent", 1000, 3000),
    turn("user", 4000, 6000),
    turn("agent", 6500, 9000, { latency_ms: 500 }),
    turn("user", 7000, 7500),
  ];
  it.each([
    [0, -1],
    [1000, 0],
    [3500, 0],
    [4000, 1],
    [7200, 3],
    [20_000, 3],
  ])("at %i ms is turn %i", (ms, index) => {
    expect(turnAt(talk, ms)).toBe(index);
  });
  it("is none in a session without speech", () => expect(turnAt([], 5)).toBe(-1));
});

describe("the slowest reply", () => {
  it("is the one with the longest latency, played from the end of the question", () => {
    const talk = [
      turn("agent", 900, 2000),
      turn("agent", 5000, 7000, { latency_ms: 700 }),
      turn("agent", 9000, 9900, { latency_ms: 1200 }),
    ];
    expect(slowest(talk)).toBe(2);
    expect(startOf(talk[2] as TimelineTurn)).toBe(9000 - 1200 - 300);
  });
  it("is none without measurements", () => expect(slowest([turn("agent", 0, 1)])).toBe(-1));
  it("doesn't start before the session", () => expect(startOf(turn("agent", 100, 200, { latency_ms: 900 }))).toBe(0));
});

it("a reply's latency has the stages of the stage's waterfall, which add up to the total (row 89)", () => {
  const parts = latencyParts(
    turn("agent", 1000, 2000, { latency_ms: 900, stages: { asr_ttlw: 100, llm_ttft: 300, tts_ttfb: 200 } }),
  );
  expect(parts.map(({ stage }) => stage)).toEqual(["heard", "thought", "spoke", "arrived"]);
  expect(parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(900);
});

it.each([
  [1000, 2],
  [19_000, 10],
  [600_000, 11],
  [72 * 3_600_000, 19],
])("an axis of %i ms has at most %i labels", (length, most) => {
  const found = ticks(length, 10);
  expect(found[0]).toBe(0);
  expect(found.length).toBeLessThanOrEqual(most);
  expect(found.every((ms) => ms <= length)).toBe(true);
});
