import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { filled } from "../src/texts";
import { GuestRequests } from "../src/visit/requests";
import { wordsOf } from "../src/visit/words";
import { EN } from "../src/visit/words/en";

const kept = new Map<string, string>();
const localStorage = {
  getItem: (name: string) => kept.get(name) ?? null,
  setItem: (name: string, text: string) => kept.set(name, text),
};
const page = { addEventListener: () => undefined, localStorage };
vi.stubGlobal("window", page);
const { BlindVote } = await import("../src/visit/comparison");

let asked: { what: string; body: Record<string, unknown> }[] = [];
let met: string[] = [];
let kind = "listen";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", page);
  kept.clear();
  [asked, met, kind] = [[], [], "listen"];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const what = path.split("/").at(-1) as string;
    const body = JSON.parse(String(init.body)) as Record<string, unknown>;
    asked.push({ what, body });
    const answer = { id: "b1", kind, met, voted: what === "vote", voter: "named by the server" };
    return { ok: true, status: 200, json: async () => answer, blob: async () => body["side"] };
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a comparison of voices", () => {
  it("plays both orders before it accepts a vote", async () => {
    const played: unknown[] = [];
    const comparison = new BlindVote(
      new GuestRequests("l", "k"),
      () => "",
      async (sound) => void played.push(sound),
    );
    await comparison.open();
    for (const order of ["ab", "ba"] as const) {
      await comparison.vote("a", "");
      expect([comparison.complete, asked.some(({ what }) => what === "vote")]).toEqual([false, false]);
      const listening = comparison.listen(order);
      await vi.advanceTimersByTimeAsync(600);
      await listening;
    }
    expect(played).toEqual(["a", "b", "b", "a"]);
    await comparison.vote("none", "same to me");
    expect(asked.at(-1)).toEqual({
      what: "vote",
      body: { key: "k", password: "", ballot: "b1", choice: "none", why: "same to me" },
    });
    expect(comparison.state.get().ballot?.voted).toBe(true);
  });
});

describe("a voter", () => {
  it("has the name that the server gave for the link", async () => {
    for (const link of ["one", "one", "two"]) await new BlindVote(new GuestRequests(link, "k"), () => "").open();
    expect(asked.map(({ body }) => body["voter"])).toEqual(["", "named by the server", ""]);
  });

  it("loads what was tried, one request at a time", async () => {
    kind = "talk";
    const comparison = new BlindVote(new GuestRequests("l", "k"), () => "");
    await Promise.all([comparison.open(), comparison.open()]);
    expect(asked.length).toBe(1);
    comparison.talksTo("a");
    comparison.met("a");
    await comparison.open();
    expect([comparison.state.get().ballot?.met, comparison.state.get().side]).toEqual([[], "a"]);
  });
});

describe("a comparison of agents", () => {
  it("waits until both were tried", async () => {
    kind = "talk";
    const comparison = new BlindVote(new GuestRequests("l", "k"), () => "");
    await comparison.open();
    comparison.met("a");
    expect(comparison.complete).toBe(false);
    comparison.met("b");
    expect(comparison.complete).toBe(true);
  });
});

describe("the texts of the guest page", () => {
  it("are English without translations", () => {
    expect(wordsOf({})).toEqual(EN);
    expect(wordsOf({ start: "Los" }).start).toBe("Los");
    expect(filled("{n} stars {x}", { n: 4 })).toBe("4 stars {x}");
  });
});
