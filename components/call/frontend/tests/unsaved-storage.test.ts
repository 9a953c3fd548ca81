import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { postText } from "../src/prose/save-request";
import { keepText, TAB, takeKept } from "../src/prose/unsaved-storage";

/** The browser's storage: entries are its keys, as in a browser. */
class PlayedStorage {
  [name: string]: unknown;
  getItem(name: string): string | null {
    return Object.hasOwn(this, name) ? String(this[name]) : null;
  }
  setItem(name: string, text: string): void {
    this[name] = text;
  }
  removeItem(name: string): void {
    delete this[name];
  }
}

const KEPT = { was: "Be kind.", sent: null, text: "Be kinder." };
const PLACE = { address: "/api/text", key: "prompt.system", capability: "c", tab: "t" };
let storage: PlayedStorage;
const leftBehind = (tab: string, text: string, at: number) =>
  storage.setItem(`greenroom/text/prompt/${tab}`, JSON.stringify({ ...KEPT, text, at }));

beforeEach(() => {
  storage = new PlayedStorage();
  vi.stubGlobal("localStorage", storage);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("an unsaved text in the browser", () => {
  it("has an entry per tab, which is removed when it is saved", () => {
    keepText("prompt", KEPT);
    expect(Object.keys(storage)).toEqual([`greenroom/text/prompt/${TAB}`]);
    keepText("prompt", null);
    expect(Object.keys(storage)).toEqual([]);
  });

  it("is taken over from the last closed tab, not from an open one", () => {
    leftBehind("old", "Older.", Date.now() - 60_000);
    leftBehind("older", "Newer.", Date.now() - 10_000);
    leftBehind("alive", "Theirs.", Date.now());
    expect(takeKept("prompt")).toMatchObject({ text: "Newer." });
    expect(Object.keys(storage).sort()).toEqual([`greenroom/text/prompt/${TAB}`, "greenroom/text/prompt/alive"].sort());
  });

  it.each(["{", "7", '{"text": 1}'])("that is damaged is dropped: %s", (written) => {
    storage.setItem("greenroom/text/prompt/x", written);
    expect([takeKept("prompt"), Object.keys(storage)]).toEqual([null, []]);
  });

  it("doesn't fail if storage is forbidden", () => {
    vi.stubGlobal("localStorage", undefined);
    expect(() => keepText("prompt", KEPT)).not.toThrow();
    expect(takeKept("prompt")).toBeNull();
  });
});

describe("saving a text", () => {
  const SEEN = { text: "b", revision: 3 };
  const answers = (status: number, body: object) =>
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => new Response(JSON.stringify(body), { status })),
    );

  it.each([
    [200, { revision: 4 }, { kind: "saved", revision: 4 }],
    [409, { text: "Theirs.", revision: 5 }, { kind: "moved", text: "Theirs.", revision: 5, takenBack: false }],
    [409, { text: "b", revision: 5, taken_back: true }, { kind: "moved", text: "b", revision: 5, takenBack: true }],
    [409, { error: "The agent was archived." }, { kind: "refused", message: "The agent was archived." }],
    [403, {}, { kind: "refused", message: "The server refused this text." }],
    [503, {}, { kind: "unreachable" }],
  ])("%i %j", async (status, body, answer) => {
    answers(status, body);
    expect(await postText(PLACE, "a", SEEN, false)).toEqual(answer);
  });

  it("is given up without a response", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", (_address: string, { signal }: RequestInit) => {
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    });
    const saving = postText(PLACE, "a", SEEN, false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await saving).toEqual({ kind: "unreachable" });
  });

  it("outlives a closing page if the text is short enough", async () => {
    answers(200, { revision: 1 });
    await postText(PLACE, "a", SEEN, true);
    await postText(PLACE, "a".repeat(70_000), SEEN, true);
    expect(vi.mocked(fetch).mock.calls.map(([, request]) => request?.keepalive)).toEqual([true, false]);
  });
});
