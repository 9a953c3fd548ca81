import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BACKOFF_MS, HEARTBEAT_MS, ServerConnection, WELCOME_MS } from "../src/call/server-connection";
import type { ToStage } from "../src/protocol";

/** The browser's socket, driven by the test as a network would. */
class Line {
  static all: Line[] = [];
  sent: Record<string, unknown>[] = [];
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    Line.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  welcome(): void {
    this.onopen?.();
    this.onmessage?.({ data: '{"type":"welcome","server_ms":1}' });
  }

  types(): unknown[] {
    return this.sent.map((message) => message["type"]);
  }
}

let server: ServerConnection;
let online: boolean[];
let refused: number;
let heard: ToStage[];
const beacons: [string, Blob][] = [];
const newest = (): Line => Line.all.at(-1) as Line;

beforeEach(() => {
  vi.useFakeTimers();
  [Line.all, online, refused, heard] = [[], [], 0, []];
  beacons.length = 0;
  vi.stubGlobal("WebSocket", Line);
  vi.stubGlobal("window", {
    location: { protocol: "http:", host: "localhost:8501" },
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  vi.stubGlobal("navigator", { sendBeacon: (url: string, body: Blob) => beacons.push([url, body]) });
  server = new ServerConnection(
    { session_id: "s/1", capability: "secret" },
    {
      onMessage: (message) => heard.push(message),
      onOnline: (now) => online.push(now),
      onRefused: () => refused++,
      silence: () => ({ silent_ms: 100, caller_silent_ms: 200 }),
    },
  );
  server.connect();
});

afterEach(() => {
  server.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the connection to our server", () => {
  it("authenticates with the capability, which isn't in an address (row 94)", () => {
    newest().welcome();
    expect(newest().url).toBe("ws://localhost:8501/api/calls/s%2F1/stage");
    expect(newest().sent[0]).toEqual({ type: "hello", capability: "secret" });
  });

  it("sends queued messages in order once it is welcomed", () => {
    server.send("joined", { uid: 7 });
    server.send("event", { kind: "k", detail: "d" });
    newest().onopen?.();
    expect([newest().types(), server.online]).toEqual([["hello"], false]);
    newest().welcome();
    expect(newest().types().slice(-2)).toEqual(["joined", "event"]);
    expect([server.online, online]).toEqual([true, [true]]);
  });

  it("sends a heartbeat every two seconds", () => {
    newest().welcome();
    vi.advanceTimersByTime(3 * HEARTBEAT_MS);
    expect(
      newest()
        .types()
        .filter((type) => type === "heartbeat"),
    ).toHaveLength(3);
  });

  it("reconnects with increasing pauses, and loses no message", () => {
    newest().welcome();
    newest().onclose?.({ code: 1006 });
    server.send("event", { kind: "while", detail: "away" });
    for (const wait of BACKOFF_MS) {
      const before = Line.all.length;
      vi.advanceTimersByTime(wait - 1);
      expect(Line.all).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(Line.all).toHaveLength(before + 1);
      if (wait !== BACKOFF_MS.at(-1)) newest().onclose?.({ code: 1006 });
    }
    newest().welcome();
    expect(newest().types()).toEqual(["hello", "event"]);
    expect(online).toEqual([true, false, true]);
  });

  it("replaces a socket that sends nothing anymore", () => {
    newest().welcome();
    newest().bufferedAmount = 40;
    vi.advanceTimersByTime(2 * HEARTBEAT_MS);
    expect(online).toEqual([true, false]);
    vi.advanceTimersByTime(BACKOFF_MS[0] as number);
    newest().welcome();
    expect([Line.all.length, server.online]).toEqual([2, true]);
  });

  it("replaces a socket that isn't welcomed", () => {
    newest().onopen?.();
    vi.advanceTimersByTime(WELCOME_MS + (BACKOFF_MS[0] as number));
    expect(Line.all).toHaveLength(2);
    newest().welcome();
    vi.advanceTimersByTime(WELCOME_MS);
    expect([Line.all.length, server.online, online]).toEqual([2, true, [true]]);
  });

  it("doesn't retry after its ticket was rejected", () => {
    newest().onopen?.();
    newest().onclose?.({ code: 1008 });
    vi.advanceTimersByTime(60_000);
    expect([Line.all.length, refused]).toEqual([1, 1]);
  });

  it("ignores messages outside of the protocol", () => {
    newest().welcome();
    for (const data of ["{", "[]", '{"type":"nobody"}', '{"type":"notice","text":"hi"}']) newest().onmessage?.({ data });
    expect(heard.map((message) => message.type)).toEqual(["welcome", "notice"]);
  });

  it("sends nothing once closed", () => {
    newest().welcome();
    const line = newest();
    server.close();
    server.send("heartbeat", { silent_ms: 0, caller_silent_ms: 0 });
    vi.advanceTimersByTime(60_000);
    expect([line.types(), Line.all.length, vi.getTimerCount()]).toEqual([["hello"], 1, 0]);
  });

  it("ends the call by a beacon, with the capability in its body", async () => {
    server.endByBeacon("tab_closed");
    const [url, body] = beacons[0] as [string, Blob];
    expect([url, body.type]).toEqual(["/api/calls/s%2F1/end", "application/json"]);
    expect(JSON.parse(await body.text())).toEqual({ capability: "secret", reason: "tab_closed" });
  });
});
