import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Conversation } from "../src/call/conversation";
import type { Lines, TranscriptUpdate } from "../src/call/line";
import type { SoundEvent } from "../src/call/sound";
import { Store } from "../src/call/store";
import type { FieldsFromStage } from "../src/protocol";

let lines: Store<Lines>;
let told: FieldsFromStage<"turn">[];
let conversation: Conversation;

beforeEach(() => {
  vi.useFakeTimers();
  lines = new Store<Lines>([]);
  told = [];
  conversation = new Conversation(lines, (turn) => told.push(turn));
  conversation.joined();
});
afterEach(() => vi.useRealTimers());

const at = (ms: number) => vi.advanceTimersByTime(ms - performance.now());
const says = (
  speaker: "user" | "agent",
  turnId: number,
  text: string,
  complete = true,
  interrupted = false,
): TranscriptUpdate => ({
  speaker,
  turnId,
  text,
  complete,
  interrupted,
  publisher: speaker === "user" ? "0" : "1001",
});
const sound = (type: SoundEvent["type"], atMs: number, latencyMs: number | null = null) =>
  conversation.sound({ type, atMs, latencyMs });
const last = (speaker: "user" | "agent", turnId: number) =>
  told.findLast((turn) => turn.speaker === speaker && turn.turn_id === turnId);

describe("turns reported to the server", () => {
  it("are reported when they end, not before", () => {
    conversation.hear([says("user", 1, "do you", false)]);
    expect(told).toEqual([]);
    conversation.hear([says("user", 1, "Do you?")]);
    expect(told).toHaveLength(1);
    conversation.hear([says("user", 1, "Do you?")]);
    expect(told).toHaveLength(1);
  });

  it("have the times of the audio, and the latency of the reply", () => {
    at(1000);
    sound("caller_started", 1000);
    at(1600);
    conversation.hear([says("user", 1, "a room", false)]);
    at(2400);
    sound("caller_stopped", 2200);
    at(2700);
    conversation.hear([says("user", 1, "A room?")]);
    at(2900);
    sound("agent_started", 2850, 650);
    at(3000);
    conversation.hear([says("user", 1, "A room?"), says("agent", 1, "Yes", false)]);
    at(4300);
    conversation.hear([says("agent", 1, "Yes, two.")]);
    sound("agent_stopped", 4250);
    expect(last("user", 1)).toMatchObject({ started_ms: 1000, ended_ms: 2200, source: "voice", latency_ms: null });
    expect(last("agent", 1)).toMatchObject({ started_ms: 2850, ended_ms: 4250, latency_ms: 650, interrupted: false });
  });

  it("get the latency also if the words arrive before the audio", () => {
    at(3000);
    conversation.hear([says("user", 1, "A room?"), says("agent", 1, "Yes", false)]);
    at(3600);
    sound("agent_started", 3600, 900);
    expect(lines.get()[1]).toMatchObject({ startedMs: 3600, latencyMs: 900 });
  });

  it("don't start a reply before the message that it answers", () => {
    at(600);
    sound("agent_started", 600, 90); // the greeting, after a noise that sounded like speech
    at(800);
    conversation.addMessage("typed", "Breakfast?", "m1");
    conversation.hear([says("user", 1, "Breakfast?"), says("agent", 1, "At seven.")]);
    expect([last("user", 1)?.started_ms, last("agent", 1)?.started_ms]).toEqual([800, 800]);
  });

  it("don't give a reply's latency to the previous reply", () => {
    at(1000);
    conversation.hear([says("user", 1, "A room?"), says("agent", 1, "Yes")]);
    at(2000);
    conversation.hear([says("user", 2, "With sea?")]);
    at(2600);
    sound("agent_started", 2600, 600);
    expect(lines.get().find((line) => line.speaker === "agent" && line.turnId === 1)?.latencyMs).toBeNull();
    conversation.hear([says("agent", 2, "Of course")]);
    expect(last("agent", 2)?.latency_ms).toBe(600);
  });

  it("are marked as interrupted (row 53)", () => {
    conversation.hear([says("agent", 1, "The room costs", false)]);
    conversation.interrupted(1);
    expect(last("agent", 1)).toMatchObject({ text: "The room costs", interrupted: true });
  });

  it("of the greeting have no latency, and its source", () => {
    sound("agent_started", 10, 300);
    conversation.hear([says("agent", 0, "Hello.")]);
    expect(last("agent", 0)).toMatchObject({ source: "greeting", latency_ms: null });
  });
});

describe("typed turns", () => {
  it("are reported once the agent answers them, and the reply has no latency", () => {
    conversation.addMessage("typed", "Is there parking?", "m1");
    expect(told).toEqual([]);
    sound("agent_started", 5, 4000);
    conversation.hear([says("agent", 4, "Yes.")]);
    expect(last("user", 4)).toMatchObject({ text: "Is there parking?", source: "typed" });
    expect(last("agent", 4)?.latency_ms).toBeNull();
  });

  it("that failed aren't reported, and return their text (row 57)", () => {
    conversation.addMessage("typed", "hello?", "m1");
    expect(conversation.messageFailed()).toBe("hello?");
    conversation.close();
    expect(told).toEqual([]);
  });

  it("are sent once Agora has accepted them", () => {
    conversation.addMessage("typed", "hello?", "m1");
    expect(lines.get()[0]?.state).toBe("sending");
    conversation.accepted("m1");
    expect(lines.get()[0]?.state).toBe("final");
  });
});

it("reports the unfinished turn when the call ends, and leaves no timer", () => {
  conversation.addMessage("typed", "bye", "m1");
  conversation.hear([says("agent", 3, "We are op", false)]);
  conversation.close();
  expect(last("agent", 3)?.text).toBe("We are op");
  expect(vi.getTimerCount()).toBe(0);
});
