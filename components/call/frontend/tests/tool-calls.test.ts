import { describe, expect, it } from "vitest";
import { waterfall } from "../src/call/insight";
import type { Lines } from "../src/call/line";
import { logText } from "../src/call/log-text";
import { entered, reduce } from "../src/call/machine";
import { transcriptJson, transcriptText } from "../src/call/save";
import { INITIAL } from "../src/call/state";
import { callRecord, prettyJson, type ToolCall, toolCall, withCall } from "../src/call/tool-calls";
import type { Ticket } from "../src/ticket";

const told = {
  phase: "ended",
  call_id: "call_1",
  turn_id: 3,
  tool: "orderStatus",
  server: "",
  arguments: '{"orderNumber":"1234"}',
  asked_by: "rule",
  mocked: true,
  status: "ok",
  result: "{}",
  duration_ms: 900,
};
const call = toolCall(told) as ToolCall;

describe("a tool call that the twin reports", () => {
  it("is read, and anything else ignored", () => {
    expect(call).toMatchObject({ id: "call_1", turnId: 3, status: "ok", mocked: true, askedBy: "rule", durationMs: 900 });
    for (const wrong of [null, 3, {}, { ...told, status: "?" }, { ...told, turn_id: "3" }, { ...told, tool: 3 }])
      expect(toolCall(wrong)).toBeNull();
  });

  it("replaces its start, after the other calls", () => {
    const running = { ...call, status: "running" as const };
    const other = { ...call, id: "call_2" };
    expect(withCall(withCall([running], other), call)).toEqual([call, other]);
  });

  it("is saved with the transcript, before the answer that it led to", () => {
    const line = {
      key: "a",
      turnId: 3,
      speaker: "agent",
      text: "It is on its way.",
      source: "voice",
      state: "final",
      startedMs: 61_000,
    };
    const lines = [line] as unknown as Lines;
    const said = 'Tool orderStatus (mocked): done after 900 ms, {}, called with {"orderNumber":"1234"}';
    expect(transcriptText(lines, "Kai", [call])).toBe(`${said}\n[1:01] Kai: It is on its way.`);
    expect(transcriptText(lines, "Kai", [{ ...call, turnId: 4 }])).toBe(`[1:01] Kai: It is on its way.\n${said}`);
    expect(JSON.parse(transcriptJson(lines, "Kai", [call]))).toMatchObject({
      tool_calls: [{ tool: "orderStatus", status: "ok", mocked: true, duration_ms: 900, turn_id: 3 }],
    });
  });

  it("is stored with its start on the session's clock", () => {
    expect(callRecord(call, 5_000)).toEqual({
      call_id: "call_1",
      turn_id: 3,
      tool: "orderStatus",
      arguments: '{"orderNumber":"1234"}',
      status: "ok",
      result: "{}",
      started_ms: 4_100,
      duration_ms: 900,
      server: "",
      mocked: true,
      asked_by: "rule",
    });
    expect(callRecord(call, 100).started_ms).toBe(0);
  });

  it("is restored after a reload", () => {
    const ticket = { session_id: "s", agent_name: "Ava", place: "twin", tool_calls: [callRecord(call, 5_000), "nonsense"] };
    expect(reduce(INITIAL, entered(ticket as unknown as Ticket)).calls).toEqual([call]);
  });

  it("belongs to its call, and a new call starts without it", () => {
    const live = { ...INITIAL, phase: "live" as const };
    const after = reduce(live, { type: "tool_call", call });
    expect(after.calls).toEqual([call]);
    expect(reduce({ ...after, phase: "ended" }, { type: "launch" }).calls).toEqual([]);
    expect(reduce(INITIAL, { type: "tool_call", call }).calls).toEqual([]);
  });

  it("is logged, as an error if it failed", () => {
    expect(logText({ type: "tool_call", call })).toMatchObject({ kind: "message" });
    const failed = logText({ type: "tool_call", call: { ...call, status: "timeout" } });
    expect(failed?.kind).toBe("error");
    expect(failed?.text).toContain("timed out after 900 ms");
  });

  it("is indented for display", () => {
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyJson("<b>no</b>")).toBe("<b>no</b>");
  });

  it("has its own part in the turn's latency", () => {
    const stages = { asr_ttlw: 100, llm_ttft: 50, tools: 900, tts_ttfb: 60 };
    const line = { key: "a", speaker: "agent", turnId: 3, publisher: "", text: "", state: "final", source: "voice" } as const;
    const parts = waterfall({ ...line, startedMs: 0, endedMs: 0, latencyMs: 1200, stages })?.parts;
    expect(parts?.map(({ stage }) => stage)).toEqual(["heard", "thought", "tools", "spoke", "arrived"]);
  });
});
