import { describe, expect, it } from "vitest";
import { finishedTurn } from "../src/call/agent-messages";
import { costSoFar, waterfall } from "../src/call/insight";
import type { Line } from "../src/call/line";
import { ASIDE } from "../src/call/line";
import { exportedLog, filtered, KEPT, Log, masked } from "../src/call/log";
import { transcriptJson, transcriptText } from "../src/call/save";
import * as transcript from "../src/call/transcript";
import { p90 } from "../src/statistics";

const answer = (more: Partial<Line> = {}): Line => ({
  key: "a",
  speaker: "agent",
  turnId: 2,
  publisher: "9",
  text: "Yes.",
  state: "final",
  source: "voice",
  startedMs: 61_000,
  endedMs: 62_000,
  latencyMs: 900,
  stages: { algorithm_processing: 300, asr_ttlw: 50, llm_ttft: 100, llm_ftfs: 50, tts_ttfb: 150 },
  ...more,
});

describe("a reply's latency waterfall (row 89)", () => {
  it("has parts that add up to the total", () => {
    const fall = waterfall(answer());
    expect(fall?.parts).toEqual([
      { stage: "heard", ms: 350 },
      { stage: "thought", ms: 150 },
      { stage: "spoke", ms: 150 },
      { stage: "arrived", ms: 250 },
    ]);
    expect(fall?.parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(fall?.totalMs);
  });

  it("uses the reported sum without a measurement, and the measurement without a report", () => {
    expect(waterfall(answer({ latencyMs: null }))?.totalMs).toBe(650);
    const { stages: _stages, ...bare } = answer();
    expect(waterfall(bare)).toMatchObject({ parts: [], totalMs: 900 });
  });

  it("is read from a list or an object, and nothing else", () => {
    const segmented_latency_ms = [{ name: "llm_ttft", latency: 7 }, { name: "x", latency: "no" }, null];
    expect(finishedTurn({ turn_id: 3, metrics: { segmented_latency_ms } })).toEqual({ turnId: 3, stages: { llm_ttft: 7 } });
    expect(finishedTurn({ turn_id: 3, metrics: { segmented_latency_ms: { llm_ttft: 7 } } })?.stages).toEqual({ llm_ttft: 7 });
    expect(finishedTurn({ turn_id: 3, metrics: { segmented_latency_ms }, start: { ended_by: "meaning" } })?.endedBy).toBe(
      "meaning",
    );
    for (const payload of [null, 7, {}, { turn_id: "3", metrics: {} }, { turn_id: 3, metrics: null }])
      expect(finishedTurn(payload)).toBeNull();
  });

  it("has a 90th percentile and a cost", () => {
    expect(p90([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBe(9);
    expect(p90([])).toBeNull();
    expect(costSoFar({ per_minute: 0.1, currency: "USD", engines: [], note: "" }, 90_000)).toBeCloseTo(0.15);
  });
});

describe("the log (row 90)", () => {
  it("keeps the newest events, and filters by kind and text", () => {
    const log = new Log();
    for (let i = 0; i < KEPT + 20; i++) log.take({ type: "noted", kind: "tick", detail: String(i) }, i);
    log.take({ type: "step", step: "agent", ms: 412 }, 1);
    log.take({ type: "problem", problem: { message: "The voice failed.", advice: "Try another." } }, 2);
    log.take({ type: "problem", problem: null }, 3);
    expect(log.get()).toHaveLength(KEPT);
    expect(filtered(log.get(), "step", "").map((entry) => entry.text)).toEqual(["Agent started after 412 ms"]);
    expect(filtered(log.get(), "all", "VOICE")).toHaveLength(1);
    expect(exportedLog(filtered(log.get(), "error", ""))).toMatch(/^1970.*\terror\tThe voice failed\. Try another\.\tproblem$/);
    const latency = exportedLog([], [answer(), answer({ stages: {} })]);
    expect(latency).toBe(
      "turn 2\tlatency\theard 350 ms, thought 150 ms, spoke 150 ms, delivered 250 ms\t" +
        "algorithm_processing=300 asr_ttlw=50 llm_ttft=100 llm_ftfs=50 tts_ttfb=150",
    );
  });

  it("masks keys and tokens (row 94)", () => {
    const token = "007eJxTYFBo2f8n1tXy9Yc1ZxK9Pq8VJ0XxqJw";
    for (const secret of [token, "sk-proj-abcdefghij1234567890", "00112233445566778899aabbccddeeff", "Bearer abcdefgh12345678"])
      expect(masked(`it failed with ${secret} today`)).toBe("it failed with •••• today");
    expect(masked("channel greenroom-ab12cd34 lost after 3 s")).toBe("channel greenroom-ab12cd34 lost after 3 s");
  });
});

describe("exports (row 66)", () => {
  const lines = [
    answer(),
    answer({ key: "w", speaker: "user", source: "whisper", text: "Be brief.", turnId: ASIDE + 1, state: "failed" }),
  ];

  it("contain the lines with speakers, times and marks", () => {
    expect(transcriptText(lines, "Ava")).toBe("[1:01] Ava: Yes.\n[1:01] You (whisper, failed): Be brief.");
    expect((JSON.parse(transcriptJson(lines, "Ava")) as { turns: { text: string }[] }).turns.map((turn) => turn.text)).toEqual([
      "Yes.",
      "Be brief.",
    ]);
  });

  it("contain a turn's latencies, whenever they arrive", () => {
    expect(transcript.withLatencies(lines, 2, { llm_ttft: 3 })[0]?.stages).toEqual({ llm_ttft: 3 });
    expect(transcript.withLatencies(lines, 9, { llm_ttft: 3 })).toBe(lines);
    expect(transcript.withLatencies(lines, 2, { llm_ttft: 3 }, "meaning")[0]?.endedBy).toBe("meaning");
  });
});
