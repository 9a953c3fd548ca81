import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { GuestRequests } from "../src/visit/requests";

vi.stubGlobal("window", { addEventListener: () => undefined, localStorage: null, sessionStorage: null, isSecureContext: true });
const { Visit } = await import("../src/visit/visit");

/** As much of the call as a visit uses. */
function played() {
  const received: unknown[] = [];
  const pressed: { launch(press: number): void }[] = [];
  const call = {
    receive: (data: unknown, triggers: { launch(press: number): void }) => {
      received.push(data);
      pressed.push(triggers);
    },
    unmounted: () => undefined,
    recorder: { decide: () => undefined },
  };
  return { call: call as unknown as ConstructorParameters<typeof Visit>[0], received, pressed };
}

const asked: { path: string; body: Record<string, unknown>; credentials: string | undefined }[] = [];
let answers: { status: number; body: unknown }[] = [];

beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, body: JSON.parse(String(init.body)), credentials: init.credentials });
    const next = answers.shift();
    if (next === undefined) throw new TypeError("offline");
    return { ok: next.status < 400, status: next.status, json: async () => next.body };
  });
});
afterEach(() => vi.unstubAllGlobals());

const WELCOME = {
  name: "Ava",
  welcome: "",
  picture: null,
  language: "",
  record: false,
  captions: true,
  max_s: 60,
  page_language: "en",
  words: {},
};

describe("a guest's visit", () => {
  it("sends nothing without a key", async () => {
    const visit = new Visit(played().call, "/g/abc", "");
    await visit.open();
    expect(visit.state.get().phase).toBe("closed");
    expect(asked).toEqual([]);
  });

  it("sends the key in the body, not in the address, and no cookie", async () => {
    answers = [{ status: 200, body: WELCOME }];
    const { call, received } = played();
    const visit = new Visit(call, "/g/abc", "#secret");
    await visit.open();
    expect(asked).toEqual([{ path: "/api/guest/abc/welcome", body: { key: "secret", password: "" }, credentials: "omit" }]);
    expect(visit.state.get().phase).toBe("ready");
    expect(received).toHaveLength(1);
  });

  it("asks for the password in the link's language", async () => {
    const words = { page_language: "de", words: { password: "Passwort", "The password is wrong.": "Das Passwort ist falsch." } };
    const refused = { status: 403, body: { error: "The password is wrong.", advice: "", password: true } };
    answers = [refused, { status: 200, body: words }, refused];
    const visit = new Visit(played().call, "/g/abc", "#secret");
    await visit.open();
    expect(asked.map(({ path }) => path)).toEqual(["/api/guest/abc/welcome", "/api/guest/abc/words"]);
    expect(visit.state.get()).toMatchObject({ phase: "password", language: "de", words: { password: "Passwort" } });
    await visit.open("guess");
    const { problem, texts } = visit.state.get();
    expect(problem && texts.problem(problem).message).toBe("Das Passwort ist falsch.");
  });

  it("asks for the password, and reports a wrong one", async () => {
    const refused = { status: 403, body: { error: "The password is wrong.", advice: "Enter it.", password: true } };
    const words = { status: 200, body: { page_language: "en", words: {} } };
    answers = [refused, words, refused, { status: 200, body: WELCOME }];
    const visit = new Visit(played().call, "/g/abc", "#secret");
    await visit.open();
    expect(visit.state.get()).toMatchObject({ phase: "password", problem: null });
    await visit.open("guess");
    expect(visit.state.get()).toMatchObject({ phase: "password", problem: { message: "The password is wrong." } });
    await visit.open("right");
    expect(visit.state.get().phase).toBe("ready");
  });

  it("sends feedback in order, so that the last one counts, also after a lost one", async () => {
    const ticket = { session_id: "s", capability: "c", place: "twin" };
    answers = [
      { status: 200, body: WELCOME },
      { status: 200, body: { ticket, record: false } },
    ];
    const { call, received, pressed } = played();
    const visit = new Visit(call, "/g/abc", "#secret");
    await visit.open();
    pressed[0]?.launch(1);
    await vi.waitFor(() => expect(received).toHaveLength(2));
    asked.length = 0;
    const waiting: (() => void)[] = [];
    vi.stubGlobal("fetch", (_: string, init: RequestInit) => {
      asked.push(JSON.parse(String(init.body)));
      return new Promise((resolve, reject) => {
        const arrive = () => resolve({ ok: true, status: 200, json: async () => ({}) });
        waiting.push(asked.length === 1 ? () => reject(new TypeError("offline")) : arrive);
      });
    });
    const said = [visit.say({ thumb: "up" }), visit.say({ thumb: "down" })];
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    expect(asked).toMatchObject([{ thumb: "up" }]);
    waiting[0]?.();
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.();
    expect(await Promise.all(said)).toMatchObject([{ message: "Couldn't reach the server." }, null]);
    expect(asked).toMatchObject([{ thumb: "up" }, { thumb: "down" }]);
  });

  it("counts a server that doesn't respond as one that can't be reached", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    });
    const visit = new Visit(played().call, "/g/abc", "#secret");
    void visit.open();
    await vi.advanceTimersByTimeAsync(20_000);
    vi.useRealTimers();
    expect(visit.state.get()).toMatchObject({ phase: "closed", problem: { message: "Couldn't reach the server." } });
  });

  it("has advice if the server can't be reached", async () => {
    answers = [];
    await expect(new GuestRequests("abc", "k").welcome("")).rejects.toMatchObject({
      problem: { message: "Couldn't reach the server." },
    });
  });
});
