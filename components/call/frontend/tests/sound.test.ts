import { describe, expect, it } from "vitest";
import { type Block, loudness, type SoundEvent, SpeechDetector } from "../src/call/sound";

type Stretch = { ms: number; mic?: number; agent?: number };

/** Plays stretches of steady level in blocks of 10 ms. */
function play(...stretches: Stretch[]): SoundEvent[] {
  const listener = new SpeechDetector();
  const events: SoundEvent[] = [];
  let at = 0;
  for (const { ms, mic = 0, agent = 0 } of stretches) {
    for (let end = at + ms; at < end; at += 10) events.push(...listener.feed({ atMs: at, mic, agent } satisfies Block));
  }
  return events;
}

const latencies = (events: SoundEvent[]) => events.filter((e) => e.type === "agent_started").map((e) => e.latencyMs);

describe("measured latency", () => {
  it("is the time from the caller's last audio to the agent's first", () => {
    const events = play({ ms: 500 }, { ms: 1000, mic: 0.1 }, { ms: 640 }, { ms: 800, agent: 0.1 });
    expect(latencies(events)).toEqual([650]); // last block heard at 1490, first of the agent at 2140
  });

  it("isn't measured for the greeting", () => {
    expect(latencies(play({ ms: 300 }, { ms: 800, agent: 0.1 }))).toEqual([null]);
  });

  it("starts at the last word of a caller who paused", () => {
    const events = play(
      { ms: 200 },
      { ms: 600, mic: 0.1 },
      { ms: 500 },
      { ms: 400, mic: 0.1 },
      { ms: 700 },
      { ms: 300, agent: 0.1 },
    );
    expect(latencies(events)).toEqual([710]);
  });

  it("is measured once per reply, not after the agent's pauses", () => {
    const events = play(
      { ms: 200 },
      { ms: 500, mic: 0.1 },
      { ms: 600 },
      { ms: 700, agent: 0.1 },
      { ms: 400 },
      { ms: 700, agent: 0.1 },
    );
    expect(latencies(events)).toEqual([610, null]);
  });

  it("isn't measured for an agent that talks over the caller", () => {
    expect(latencies(play({ ms: 200 }, { ms: 500, mic: 0.1 }, { ms: 500, mic: 0.1, agent: 0.1 }))).toEqual([null]);
  });

  it("is measured for the reply to a barge-in", () => {
    const events = play(
      { ms: 100 },
      { ms: 500, mic: 0.1 },
      { ms: 600 },
      { ms: 900, agent: 0.1 },
      { ms: 200, agent: 0.1, mic: 0.1 },
      { ms: 800, mic: 0.1 },
      { ms: 550 },
      { ms: 500, agent: 0.1 },
    );
    expect(latencies(events)).toEqual([610, 560]);
  });
});

describe("speech detection", () => {
  it("ignores background noise", () => {
    expect(play({ ms: 10_000, mic: 0.004 }, { ms: 3000, mic: 0.006 })).toEqual([]);
  });

  it("ignores a click", () => {
    expect(play({ ms: 500 }, { ms: 30, mic: 0.4 }, { ms: 500 })).toEqual([]);
  });

  it("detects speech above loud noise", () => {
    const events = play({ ms: 20_000, mic: 0.012 }, { ms: 1000, mic: 0.15 }, { ms: 1000, mic: 0.012 });
    expect(events.slice(-2).map((e) => e.type)).toEqual(["caller_started", "caller_stopped"]);
  });

  it("ends speech at the last audio, not when it was detected", () => {
    const [started, stopped] = play({ ms: 100 }, { ms: 400, mic: 0.1 }, { ms: 600 });
    expect([started?.atMs, stopped?.atMs]).toEqual([100, 490]);
  });
});

describe("levels for display", () => {
  it("range from 0 to 1", () => {
    expect([0, 0.0005, 0.05, 0.9].map((rms) => Math.round(loudness(rms) * 100))).toEqual([0, 0, 64, 100]);
  });
});
