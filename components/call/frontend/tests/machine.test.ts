import { describe, expect, it } from "vitest";
import { isBusy, lookOf, reduce, TRANSITIONS } from "../src/call/machine";
import { type CallEvent, type CallState, INITIAL, type Phase } from "../src/call/state";

const ticket: CallEvent = { type: "ticket", sessionId: "s1", agentName: "Ava", place: "twin" };
const seen: CallEvent = { type: "agent_seen", atMs: 1000 };
const over: CallEvent = { type: "over", reason: "ended", detail: "", atMs: 61_000 };
const fail: CallEvent = { type: "fail", problem: { message: "no", advice: "yes" }, atMs: 5000 };
const play = (...events: CallEvent[]): CallState => events.reduce(reduce, INITIAL);

describe("the phases of a call", () => {
  it("go from Launch through joining and live to ended", () => {
    let state = INITIAL;
    const phases = [{ type: "launch" } as const, ticket, seen, { type: "end" } as const, over].map((event) => {
      state = reduce(state, event);
      return state.phase;
    });
    expect(phases).toEqual(["asking", "joining", "live", "ending", "ended"]);
  });

  it("measure the duration from the agent's join to the end", () => {
    expect(play(ticket, seen, over).lengthMs).toBe(60_000);
    expect(play(ticket, over).lengthMs).toBeNull();
    expect(play(ticket, seen, { ...over, lengthMs: 61_000 }).lengthMs, "the record's, when the server tells it").toBe(61_000);
  });

  it("start a new call from a clean state", () => {
    const again = play(
      ticket,
      seen,
      { type: "muted", muted: true },
      { type: "problem", problem: { message: "x", advice: "" } },
      over,
      ticket,
    );
    expect(again).toEqual({ ...INITIAL, phase: "joining", sessionId: "s1", agentName: "Ava" });
  });

  it("measure a held call from the presenter's Start", () => {
    const held = play({ ...ticket, held: true }, seen);
    expect([held.phase, held.held]).toEqual(["live", true]);
    const started = reduce(held, { type: "released", atMs: 31_000 });
    expect([started.phase, started.held, reduce(started, over).lengthMs]).toEqual(["live", false, 30_000]);
    expect(play(ticket, { type: "released", atMs: 1 })).toEqual(play(ticket));
  });

  it("allow another launch after a rejection, which is shown until then", () => {
    const refused = play({ type: "launch" }, { type: "refused", problem: { message: "draft", advice: "mend" } });
    expect([refused.phase, refused.problem?.message]).toEqual(["failed", "draft"]);
    expect(reduce(refused, { type: "launch" })).toMatchObject({ phase: "asking", problem: null });
  });

  it("clear the previous call when a launch is rejected", () => {
    const refused = [{ type: "launch" } as const, { type: "refused", problem: null } as const].reduce(
      reduce,
      play(ticket, seen, over),
    );
    expect(refused).toMatchObject({ phase: "failed", lengthMs: null, endReason: null, liveSince: null });
  });

  it("accept the reason of a rejected start after its end", () => {
    const state = play(ticket, { ...over, reason: "refused" }, fail);
    expect(state).toMatchObject({ phase: "failed", endReason: "refused", problem: { message: "no" } });
  });

  it("can be canceled only while starting", () => {
    expect(play(ticket, { type: "cancel" }).phase).toBe("ending");
    expect(play({ type: "cancel" }).phase).toBe("idle");
    expect(play({ type: "launch" }, { type: "cancel" }).phase).toBe("idle");
  });

  it("ignore an agent that joins after End was clicked", () => {
    expect(play(ticket, { type: "end" }, seen)).toMatchObject({ phase: "ending", liveSince: null });
  });
});

describe("the transition table", () => {
  const events: CallEvent["type"][] = [
    "launch",
    "refused",
    "ticket",
    "step",
    "agent_seen",
    "end",
    "cancel",
    "over",
    "fail",
    "agent_state",
    "interrupted",
    "microphone",
    "muted",
    "server",
    "channel",
    "network",
    "sound_blocked",
    "problem",
    "notice",
    "unsent",
  ];

  it("is exactly this", () => {
    const moves = Object.fromEntries(
      (Object.keys(TRANSITIONS) as Phase[]).map((phase) => [
        phase,
        Object.fromEntries(
          events.flatMap((event) => {
            const next = TRANSITIONS[phase][event];
            return next === undefined || next === phase ? [] : [[event, next]];
          }),
        ),
      ]),
    );
    expect(moves).toEqual({
      idle: { launch: "asking", ticket: "joining" },
      asking: { ticket: "joining", refused: "failed", cancel: "idle" },
      joining: { agent_seen: "live", end: "ending", cancel: "ending", over: "ended", fail: "failed" },
      live: { ticket: "joining", end: "ending", over: "ended", fail: "failed" },
      ending: { over: "ended", fail: "ended" },
      ended: { launch: "asking", ticket: "joining", fail: "failed" },
      failed: { launch: "asking", ticket: "joining" },
    });
  });

  it("ignores events that aren't in the phase's row", () => {
    for (const phase of Object.keys(TRANSITIONS) as Phase[]) {
      for (const type of events.filter((event) => TRANSITIONS[phase][event] === undefined)) {
        const state = { ...INITIAL, phase };
        expect(reduce(state, { type } as CallEvent)).toBe(state);
      }
    }
  });

  it("has no second launch during a call (row 12)", () => {
    for (const phase of Object.keys(TRANSITIONS) as Phase[]) {
      if (isBusy(phase)) expect(TRANSITIONS[phase].launch).toBeUndefined();
    }
  });
});

describe("the shown state", () => {
  const live = play(ticket, seen);
  it.each([
    ["idle", INITIAL],
    ["joining", play(ticket)],
    ["listening", live],
    ["thinking", reduce(live, { type: "agent_state", agentState: "thinking" })],
    ["speaking", reduce(live, { type: "agent_state", agentState: "speaking" })],
    ["interrupted", reduce(live, { type: "interrupted", shown: true })],
    ["joining", reduce(live, { type: "channel", online: false })],
    ["ended", reduce(live, over)],
    ["error", reduce(live, { ...over, reason: "agent_failed" })],
    ["error", reduce(live, fail)],
  ])("is %s", (look, state) => expect(lookOf(state)).toBe(look));

  it("knows from the ticket whether the agent uses a realtime model", () => {
    expect(play(ticket).realtime).toBe(false);
    expect(play({ ...ticket, realtime: true } as CallEvent).realtime).toBe(true);
  });
});
