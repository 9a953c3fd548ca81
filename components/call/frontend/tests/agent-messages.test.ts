import * as toolkit from "agora-agent-client-toolkit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AgentMessages, agentStateOf, encoded } from "../src/call/agent-messages";
import type { TranscriptUpdate } from "../src/call/line";
import { base64 } from "./base64";

const AGENT = 1001;
let ears: AgentMessages;
let spoken: TranscriptUpdate[];
let states: [string, number][];
let interrupted: number[];
let vendorErrors: [string, number, string][];

beforeEach(async () => {
  [spoken, states, interrupted, vendorErrors] = [[], [], [], []];
  ears = new AgentMessages(toolkit, "room", {
    onTranscript: (items) => (spoken = items),
    onAgentState: (agentState, turn) => states.push([agentState, turn]),
    onInterrupted: (turn) => interrupted.push(turn),
    onStages: () => undefined,
    onVendorError: (...error) => vendorErrors.push(error),
  });
  await ears.open();
});
afterEach(() => ears.close());

/** As the data stream carries it: framed, coded, UTF-8. */
function arrives(message: Record<string, unknown>, publisher: number = AGENT): void {
  const content = base64(JSON.stringify(message));
  ears.take(publisher, new TextEncoder().encode(`${Math.random()}|1|1|${content}`));
}

const user = (text: string, final: boolean, more = {}) =>
  arrives({ object: "user.transcription", text, final, turn_id: 1, stream_id: 77, user_id: "77", words: null, ...more });
const agent = (text: string, turn_status: number, more = {}) =>
  arrives({ object: "assistant.transcription", text, turn_status, turn_id: 1, stream_id: 0, user_id: "", words: null, ...more });

describe("Agora's unmodified toolkit with our adapters", () => {
  it("distinguishes the caller's interim and final lines (row 49)", () => {
    user("what a", false);
    expect(spoken).toMatchObject([{ speaker: "user", turnId: 1, text: "what a", complete: false }]);
    user("what a day", true);
    expect(spoken).toMatchObject([{ speaker: "user", turnId: 1, text: "what a day", complete: true }]);
  });

  it("keeps every character of a text, pipes too (row 50)", () => {
    agent("Grüße | aus | Köln | 🙂", 0);
    expect(spoken[0]?.text).toBe("Grüße | aus | Köln | 🙂");
  });

  it("knows the speaker from the message's type, whichever uid it has (row 52)", () => {
    user("me", true, { stream_id: 0, user_id: "0", turn_id: 2 });
    user("me too", true, { stream_id: AGENT, user_id: String(AGENT), turn_id: 3 });
    agent("you", 1, { stream_id: 77, user_id: "77", turn_id: 3 });
    expect(spoken.map(({ speaker, text }) => [speaker, text])).toEqual([
      ["user", "me"],
      ["user", "me too"],
      ["agent", "you"],
    ]);
  });

  it("shows timed words with the audio (row 56)", () => {
    vi.useFakeTimers();
    ears.sounded(performance.now());
    agent("The quick fox", 0, {
      words: [
        { word: "The", start_ms: 0, duration_ms: 90, stable: true },
        { word: "quick", start_ms: 900, duration_ms: 90, stable: true },
      ],
    });
    expect(spoken[0]).toMatchObject({ text: "The", complete: false });
    vi.advanceTimersByTime(950);
    expect(spoken[0]).toMatchObject({ text: "The quick fox", complete: false });
    vi.useRealTimers();
  });

  it("marks an interrupted turn (row 53)", () => {
    agent("I was going to say", 2);
    expect(spoken[0]).toMatchObject({ complete: true, interrupted: true });
    arrives({ object: "message.interrupt", message_id: "m", data_type: "message", turn_id: 1, start_ms: 400, send_ts: 1 });
    expect(interrupted).toEqual([1]);
  });

  it("reports the agent's state without RTM, and no outdated one", () => {
    arrives({ object: "message.state", state: "thinking", turn_id: 2 });
    arrives({ object: "message.state", state: "listening", turn_id: 1 });
    arrives({ object: "message.state", state: "speaking", turn_id: 2 });
    expect(states).toEqual([
      ["thinking", 2],
      ["speaking", 2],
    ]);
    expect(["idle", "silent", "listening"].map(agentStateOf)).toEqual(["listening", "listening", "listening"]);
  });

  it("reports errors of every module, also of those that the toolkit drops", () => {
    for (const module of ["asr", "tts"])
      arrives({ object: "message.error", module, code: 401, message: "invalid key", turn_id: 1, send_ts: 1 });
    expect(vendorErrors).toEqual([
      ["asr", 401, "invalid key"],
      ["tts", 401, "invalid key"],
    ]);
  });

  it("ignores malformed messages", () => {
    ears.take(AGENT, new Uint8Array([255, 254, 0, 1]));
    arrives({ object: "nobody.knows" });
    arrives({});
    expect(spoken).toEqual([]);
  });

  it("can be opened again for the next call", async () => {
    agent("first call", 1);
    ears.close();
    await ears.open();
    agent("second call", 1);
    expect(spoken.map((item) => item.text)).toEqual(["second call"]);
  });

  it("escapes text that looks like framing", () => {
    const text = new TextDecoder().decode(encoded({ text: "a|b|c|d" }));
    expect(text).not.toContain("|");
    expect(JSON.parse(text)).toEqual({ text: "a|b|c|d" });
  });
});
