/** A sample call in each state, for working on the stage without a server. */

import type { DeviceState } from "../src/call/devices";
import { LevelHistory, SLOT_MS, SLOTS } from "../src/call/level-history";
import type { Line, Lines } from "../src/call/line";
import { type CallState, INITIAL } from "../src/call/state";
import type { StageData } from "../src/ticket";

const LIVE: CallState = {
  ...INITIAL,
  phase: "live",
  sessionId: "s1",
  agentName: "Ava",
  microphone: "open",
  serverOnline: true,
  channelOnline: true,
  liveSince: Date.now() - 83_000,
  steps: { ticket: 12, microphone: 340, channel: 418, agent: 1240 },
};

export const STATES: Record<string, CallState> = {
  idle: INITIAL,
  asking: { ...INITIAL, phase: "asking" },
  joining: { ...LIVE, phase: "joining", liveSince: null, microphone: "asked", steps: { ticket: 9, channel: 388 } },
  listening: LIVE,
  thinking: { ...LIVE, agentState: "thinking" },
  speaking: { ...LIVE, agentState: "speaking" },
  interrupted: { ...LIVE, agentState: "listening", interrupted: true },
  muted: { ...LIVE, muted: true, notice: "Version 4 applied. It counts from the next turn." },
  reconnecting: { ...LIVE, channelOnline: false, serverOnline: false },
  denied: {
    ...LIVE,
    microphone: "denied",
    soundBlocked: true,
    problem: {
      message: "Microphone access is blocked. You can still listen and type.",
      advice: "Click the lock or microphone icon in the address bar, choose Allow, then launch again.",
    },
  },
  ending: { ...LIVE, phase: "ending" },
  ended: { ...LIVE, phase: "ended", microphone: "off", lengthMs: 83_000, endReason: "ended" },
  idle_timeout: { ...LIVE, phase: "ended", lengthMs: 183_000, endReason: "idle", endDetail: "Idle for too long" },
  error: {
    ...LIVE,
    phase: "failed",
    liveSince: null,
    problem: {
      message: "Agora refused the agent: the voice “rachel” is not known to ElevenLabs (InvalidRequest).",
      advice: "Fix what Agora reports, then launch again.",
    },
  },
};

const line = (turnId: number, speaker: "user" | "agent", text: string, atS: number, more: Partial<Line> = {}): Line => ({
  key: `${speaker}/${turnId}`,
  speaker,
  turnId,
  publisher: "",
  text,
  state: "final",
  source: turnId === 0 ? "greeting" : "voice",
  startedMs: atS * 1000,
  endedMs: atS * 1000 + 2500,
  latencyMs: null,
  ...more,
});

const TALK: Lines = [
  line(0, "agent", "Good evening, Hotel Miramar, this is Ava. How can I help you?", 1),
  line(1, "user", "Hi, do you still have a double room for Friday night?", 6),
  line(1, "agent", "Yes, two are left: one towards the garden for 118 euros, and one with a view of the sea for", 9, {
    latencyMs: 642,
    state: "interrupted",
  }),
  line(2, "user", "The sea one, please. Is breakfast included?", 17),
  line(2, "agent", "It is. Breakfast is from seven to half past ten, on the terrace if the weather allows.", 20, {
    latencyMs: 588,
  }),
  line(3, "user", "Late arrival, around 23:30 — <b>is that ok</b>?", 31, { source: "typed" }),
  line(3, "agent", "Of course. The front desk is open until midnight", 33, { state: "interim" }),
];

export function linesOf(name: string): Lines {
  if (["idle", "asking", "joining", "error"].includes(name)) return [];
  if (name === "listening")
    return [...TALK.slice(0, 5), line(3, "user", "And I would arrive quite late, around half", 31, { state: "interim" })];
  if (name === "thinking") return TALK.slice(0, 6);
  if (name === "interrupted") return TALK.slice(0, 3);
  return TALK;
}

export const STAGE: StageData = {
  agent_name: "Ava",
  greeting_hint: "Good evening, Hotel Miramar, this is Ava. How can I help you?",
  place: "twin",
  project: null,
  can_launch: true,
  launching: false,
  problem: null,
  voice_note: "Heart plays ElevenLabs · Rachel offline",
  tests: { text: "Version 3: 12 of 14 tests pass · p90 740 ms · 2 fail", failing: true },
};

export const DEVICES: Partial<DeviceState> = {
  lists: {
    microphone: [
      { id: "m1", label: "Built-in microphone" },
      { id: "m2", label: "Jabra Evolve2 65 (USB)" },
    ],
    speaker: [
      { id: "s1", label: "Built-in speakers" },
      { id: "s2", label: "Jabra Evolve2 65 (USB)" },
    ],
    camera: [{ id: "c1", label: "FaceTime HD camera" }],
  },
  used: { microphone: "m2", speaker: "", camera: "" },
  volume: 70,
};

/** Half a minute of taking turns, with one interruption. */
export const TRACE = new LevelHistory();
for (let step = 0; step < SLOTS; step++) {
  const voice = 0.15 + 0.7 * Math.abs(Math.sin(step * 0.9) * Math.sin(step * 0.23));
  const turn = Math.floor(step / 50) % 2;
  TRACE.push(step * SLOT_MS, turn === 0 || step % 150 < 8 ? 0.02 : voice, turn === 1 ? 0 : voice * 0.9);
  if (step === 150) TRACE.mark(step * SLOT_MS);
}
