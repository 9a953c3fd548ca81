import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Devices } from "../src/call/devices";
import type { Line, Lines } from "../src/call/line";
import { Store } from "../src/call/store";
import { cardsIn, stepped } from "../src/watch/cue-cards";

vi.stubGlobal("window", { addEventListener: () => undefined, localStorage: null });
const made: { seat: unknown; listens: boolean; left: number; volume: number; lines: Store<Lines> }[] = [];
let joining: Promise<void> = Promise.resolve();
vi.mock("../src/guest/guest-call", () => ({
  GuestCall: class {
    left = 0;
    volume = 100;
    readonly lines = new Store<Lines>([]);
    private told: () => void = () => undefined;
    readonly state = { watch: (tell: () => void) => (this.told = tell), get: () => ({ phase: "in" }) };
    readonly address: unknown;
    constructor(
      readonly seat: unknown,
      _assets: string,
      _devices: unknown,
      readonly listens: boolean,
    ) {
      this.address = seat;
      made.push(this);
    }
    async join(): Promise<void> {
      await joining;
      this.told();
    }
    setVolume(volume: number): void {
      this.volume = volume;
    }
    leave(): void {
      this.left++;
    }
  },
}));
const { Watching } = await import("../src/watch/watching");

/** The server accepts requests and never responds. */
let silent = false;
let answers: Record<string, { status: number; body: unknown }>;
const NOW = { live: true, channel: "first", elapsed_s: 5, turns: 1, latency_ms: 640, median_ms: 640, notes: 0 };
const watching = () => new Watching("/w/abc", "#k", "http://localhost/ui-assets/index.js", {} as Devices);

beforeEach(() => {
  vi.useFakeTimers();
  made.length = 0;
  answers = { enter: { status: 200, body: { channel: "first", agent_name: "Ava", said: [] } }, look: { status: 200, body: NOW } };
  silent = false;
  vi.stubGlobal("fetch", async (path: string, { signal }: RequestInit) => {
    if (silent) return await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    const found = answers[path.split("/").at(-1) as string];
    if (found === undefined) throw new TypeError("offline");
    return { ok: found.status < 400, status: found.status, json: async () => found.body };
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("watching a call", () => {
  it("enters as a listener and leaves when the call ends", async () => {
    const watch = watching();
    await watch.open();
    expect([made[0]?.listens, watch.state.get().phase, watch.state.get().now?.latency_ms]).toEqual([true, "watching", 640]);
    answers["look"] = { status: 200, body: { ...NOW, live: false } };
    await vi.advanceTimersByTimeAsync(1600);
    expect([watch.state.get().phase, made[0]?.left]).toEqual(["over", 1]);
  });

  it("takes a note after the call, and stays when one is rejected", async () => {
    const watch = watching();
    await watch.open();
    const over = { ...NOW, live: false };
    answers = { look: { status: 200, body: over }, note: { status: 200, body: { ...over, notes: 1 } } };
    await vi.advanceTimersByTimeAsync(1600);
    expect([await watch.note("Well ended.", ""), watch.state.get().phase, watch.state.get().now?.notes]).toEqual([
      true,
      "over",
      1,
    ]);
    answers["note"] = { status: 403, body: { error: "This call has enough notes.", advice: "Ask." } };
    expect([await watch.note("More.", ""), watch.state.get().phase]).toEqual([false, "over"]);
  });

  it("adds the turns between the first request and the join, once", async () => {
    const turn = (turn_id: number, text: string) => {
      return {
        turn_id,
        text,
        speaker: "agent",
        started_ms: 1,
        ended_ms: 2,
        source: "voice",
        interrupted: false,
        latency_ms: null,
      };
    };
    const seat = { channel: "first", agent_name: "Ava", said: [turn(0, "Hello.")] };
    answers["enter"] = { status: 200, body: seat };
    let join = (): void => undefined;
    joining = new Promise((resolve) => (join = resolve));
    await watching().open();
    const lines = made[0]?.lines as Store<Lines>;
    const heard = { ...(lines.get()[0] as Line), key: "agent/0/1001", turnId: 0, text: "Dogs are wel" };
    lines.set([...lines.get(), heard]);
    answers["enter"] = {
      status: 200,
      body: { ...seat, said: [...seat.said, turn(1, "One moment."), turn(2, "Dogs are welcome.")] },
    };
    join();
    await vi.advanceTimersByTimeAsync(10);
    expect(lines.get().map(({ text }) => text)).toEqual(["Hello.", "One moment.", "Dogs are wel"]);
  });

  it("follows a replacing call, at the same volume", async () => {
    const watch = watching();
    await watch.open();
    watch.setVolume(0);
    answers["look"] = { status: 200, body: { ...NOW, channel: "second" } };
    answers["enter"] = { status: 200, body: { channel: "second", agent_name: "Ava", said: [] } };
    await vi.advanceTimersByTimeAsync(3200);
    expect(made.map(({ left, volume }) => [left, volume])).toEqual([
      [1, 0],
      [0, 0],
    ]);
    expect([watch.state.get().phase, watch.state.get().seat?.channel]).toEqual(["watching", "second"]);
  });

  it("shows why a note was rejected until one is saved", async () => {
    const watch = watching();
    await watch.open();
    answers["note"] = { status: 403, body: { error: "This call has enough notes.", advice: "Ask." } };
    expect(await watch.note("Too fast.", "")).toBe(false);
    await vi.advanceTimersByTimeAsync(1600);
    expect(watch.state.get().problem?.message).toBe("This call has enough notes.");
    answers["note"] = { status: 200, body: NOW };
    expect([await watch.note("Too fast.", ""), watch.state.get().problem]).toEqual([true, null]);
  });

  it("gives up a request that gets no response, and shows the call again when the server responds", async () => {
    const watch = watching();
    await watch.open();
    silent = true;
    await vi.advanceTimersByTimeAsync(25_000);
    expect(watch.state.get().problem?.message).toBe("Couldn't reach the server.");
    silent = false;
    answers["look"] = { status: 200, body: { ...NOW, turns: 9 } };
    await vi.advanceTimersByTimeAsync(25_000);
    expect([watch.state.get().now?.turns, watch.state.get().problem]).toEqual([9, null]);
  });

  it("retries if the server can't be reached at first", async () => {
    const { enter } = answers;
    delete answers["enter"];
    const watch = watching();
    await watch.open();
    expect([watch.state.get().phase, watch.state.get().problem?.advice]).toEqual([
      "loading",
      "Check your connection. The page tries again.",
    ]);
    Object.assign(answers, { enter });
    await vi.advanceTimersByTimeAsync(1600);
    expect([watch.state.get().phase, watch.state.get().problem]).toEqual(["watching", null]);
  });

  it("leaves if the link is turned off, and stays during an outage", async () => {
    const watch = watching();
    await watch.open();
    delete answers["look"];
    await vi.advanceTimersByTimeAsync(1600);
    expect([watch.state.get().phase, watch.state.get().problem?.message]).toEqual(["watching", "Couldn't reach the server."]);
    answers["look"] = { status: 403, body: { error: "This link was turned off.", advice: "Ask." } };
    await vi.advanceTimersByTimeAsync(1600);
    expect([watch.state.get().phase, watch.state.get().problem?.message]).toEqual(["refused", "This link was turned off."]);
  });
});

describe("cue cards", () => {
  it("are the lines with text, and steps stay within them", () => {
    const cards = cardsIn(" One?\n\n Two? \n");
    expect(cards).toEqual(["One?", "Two?"]);
    expect([stepped(0, 1, cards), stepped(1, 1, cards), stepped(0, -1, cards), stepped(0, 0, [])]).toEqual([1, 1, 0, 0]);
  });
});
