import { describe, expect, it } from "vitest";
import { logText } from "../src/call/log-text";
import { reduce } from "../src/call/machine";
import { vendorProblem } from "../src/call/problems";
import { type CallEvent, INITIAL } from "../src/call/state";
import { browserChecks } from "../src/check/readiness";

const PROBLEM = { message: "Agora refused.", advice: "Check the key." };

describe("the log of a call", () => {
  const cases: [CallEvent, string | null, string | null][] = [
    [{ type: "step", step: "agent", ms: 1234 }, "step", "after 1,234 ms"],
    [{ type: "agent_state", agentState: "thinking" }, "state", "Agent thinking"],
    [{ type: "microphone", microphone: "denied" }, "state", "Microphone blocked"],
    [{ type: "muted", muted: true }, "state", "Muted"],
    [{ type: "muted", muted: false }, "state", "Unmuted"],
    [{ type: "server", online: true }, "state", "Connected to Greenroom"],
    [{ type: "server", online: false }, "state", "Lost the connection"],
    [{ type: "channel", online: true }, "state", "Channel connected"],
    [{ type: "channel", online: false }, "state", "Channel reconnecting"],
    [{ type: "interrupted", shown: true }, "state", "Agent interrupted"],
    [{ type: "interrupted", shown: false }, null, null],
    [{ type: "sound_blocked", blocked: true }, "error", "blocking audio"],
    [{ type: "fail", problem: PROBLEM, atMs: 1 }, "error", "Agora refused. Check the key."],
    [{ type: "problem", problem: null }, null, null],
    [{ type: "notice", text: "Version 2 applied." }, "message", "Version 2 applied."],
    [{ type: "notice", text: null }, null, null],
    [{ type: "idle_warning", endsAtMs: 5 }, "state", "about to end"],
    [{ type: "idle_warning", endsAtMs: null }, null, null],
    [{ type: "noted", kind: "join_failed", detail: "why" }, "error", "Couldn't join: why"],
    [{ type: "noted", kind: "something_new", detail: "" }, "message", "something new"],
    [{ type: "unsent", text: "Hi" }, "error", "wasn't delivered"],
    [{ type: "network", quality: { up: "good", down: "good" } }, null, null],
    [{ type: "agent_seen", atMs: 1 }, "state", "Agent in the channel"],
    [{ type: "end" }, "state", "End requested"],
    [{ type: "cancel" }, "state", "Cancel requested"],
    [{ type: "launch" } as CallEvent, "state", "Launch requested"],
    [{ type: "over", reason: "capped", detail: "15 minutes", atMs: 1 }, "state", ": 15 minutes"],
  ];
  it.each(cases)("%j", (event, kind, text) => {
    const line = logText(event);
    expect(line?.kind ?? null).toBe(kind);
    if (text !== null) expect(line?.text).toContain(text);
  });

  it("has the raw name of each event", () => {
    expect(logText({ type: "step", step: "agent", ms: 1 })?.raw).toBe("step agent");
    expect(logText({ type: "noted", kind: "network", detail: "up" })?.raw).toBe("network");
  });
});

describe("what an event changes", () => {
  const live = () => reduce({ ...INITIAL, phase: "joining" }, { type: "agent_seen", atMs: 5 });
  it.each<[CallEvent, object]>([
    [{ type: "agent_state", agentState: "speaking" }, { agentState: "speaking" }],
    [{ type: "microphone", microphone: "open" }, { microphone: "open" }],
    [{ type: "muted", muted: true }, { muted: true }],
    [{ type: "server", online: false }, { serverOnline: false }],
    [{ type: "channel", online: false }, { channelOnline: false }],
    [{ type: "sound_blocked", blocked: true }, { soundBlocked: true }],
    [{ type: "idle_warning", endsAtMs: 9 }, { idleEndsAt: 9 }],
    [{ type: "unsent", text: "Hi" }, { unsent: "Hi" }],
    [{ type: "problem", problem: PROBLEM }, { problem: PROBLEM }],
    [
      { type: "over", reason: "ended", detail: "", atMs: 9 },
      { phase: "ended", endReason: "ended" },
    ],
    [
      { type: "fail", problem: PROBLEM, atMs: 9 },
      { phase: "failed", problem: PROBLEM },
    ],
  ])("%j", (event, change) => expect(reduce(live(), event)).toMatchObject(change));
});

describe("a vendor's error", () => {
  it.each([
    ["avatar", 429, "busy", /at capacity.*without a face/],
    ["tts", 429, "", /voice returned an error \(429\)/],
    ["llm", 401, "no", /language model returned an error \(401\)/],
    ["asr", 0, "", /speech recognition returned an error: no details given/],
    ["unknown", 500, "down", /agent returned an error \(500\): down/],
  ])("of %s, %i", (module, code, message, words) => expect(vendorProblem(module, code, message).message).toMatch(words));

  it("has advice that depends on the error", () => {
    const advice = (code: number, message = "") => vendorProblem("tts", code, message).advice;
    expect([advice(429), advice(0, "quota exceeded"), advice(403), advice(0, "invalid key"), advice(500)]).toEqual([
      expect.stringContaining("limit"),
      expect.stringContaining("limit"),
      expect.stringContaining("key in Settings"),
      expect.stringContaining("key in Settings"),
      expect.stringContaining("call continues"),
    ]);
  });
});

describe("the browser checks (row 73)", () => {
  it.each([
    [true, true, "granted", ["good", "good", "good"]],
    [false, true, "prompt", ["bad", "good", "open"]],
    [true, false, "denied", ["good", "bad", "bad"]],
    [true, true, "unknown", ["good", "good", "open"]],
  ] as const)("secure %s, WebRTC %s, permission %s", (secure, webrtc, permission, verdicts) => {
    const found = browserChecks(secure, webrtc, permission);
    expect(found.map(({ verdict }) => verdict)).toEqual(verdicts);
    expect(found.every(({ verdict, fix }) => (verdict === "good") === (fix === ""))).toBe(true);
  });
});
