import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RtcChannel } from "../src/call/channel";
import { Devices } from "../src/call/devices";
import { ChannelAgents } from "../src/guest/channel-agents";
import { type GuestAddress, GuestCall } from "../src/guest/guest-call";
import { base64 } from "./base64";
import { type PlayedBrowser, type PlayedClient, playBrowser } from "./browser";

const played = vi.hoisted(() => ({ sdk: null as unknown }));
vi.mock("agora-rtc-sdk-ng", () => ({
  get default() {
    return played.sdk;
  },
}));

const ADDRESS: GuestAddress = { app_id: "a", channel: "room", token: "", uid: null, edge: null, title: "room", number: "1" };

let browser: PlayedBrowser;
let call: GuestCall;
const client = () => browser.sdk.client;
const state = () => call.state.get();

async function joined(): Promise<void> {
  call = new GuestCall(ADDRESS, "http://localhost/ui-assets/index.js", new Devices());
  const started = call.join();
  await vi.advanceTimersByTimeAsync(10);
  await started;
}

function transcription(turn: number, text: string): Uint8Array {
  const message = {
    object: "assistant.transcription",
    text,
    turn_status: 1,
    turn_id: turn,
    stream_id: 0,
    user_id: "",
    words: null,
  };
  return new TextEncoder().encode(`${Math.random()}|1|1|${base64(JSON.stringify(message))}`);
}

function says(uid: number, turn: number, text: string): void {
  client().emit("stream-message", uid, transcription(turn, text));
}

beforeEach(async () => {
  await import("agora-agent-client-toolkit");
  vi.useFakeTimers();
  browser = playBrowser();
  played.sdk = browser.sdk;
});
afterEach(() => {
  call.leave();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a channel that is joined by its name", () => {
  it("sets the relay before the edge, as the SDK requires", async () => {
    await joined();
    const relay = { urls: ["turn:turn.example.com", "turns:turn.example.com"], username: "1700000000:x", credential: "c" };
    const edge = { domain: "edge.localhost", port: 1, path: "/edge", relays: [relay] };
    new RtcChannel(browser.sdk as never, { ...ADDRESS, edge }, {} as never);
    const { turnServers, accessPoints } = browser.sdk.clients.at(-1) as PlayedClient;
    expect(turnServers).toEqual(relay.urls.map((urls) => ({ urls, username: "1700000000:x", credential: "c" })));
    expect(accessPoints).not.toBeNull();
  });

  it("gets a uid, and needs no token if the project has no certificate", async () => {
    await joined();
    expect(client().joins).toEqual([["a", "room", null, null]]);
    expect(state()).toMatchObject({ phase: "in", uid: "7", microphone: "open", online: true });
  });

  it("shows participants with audio and video until they leave", async () => {
    await joined();
    const other = client().comes(8, ["audio", "video"]);
    client().comes(9, []);
    await vi.advanceTimersByTimeAsync(0);
    expect(state().others).toMatchObject([
      { uid: "8", voice: true, picture: other.videoTrack },
      { uid: "9", voice: false },
    ]);
    client().emit("user-unpublished", other, "video");
    expect(state().others[0]?.picture).toBeNull();
    client().goes(8);
    expect(state().others.map(({ uid }) => uid)).toEqual(["9"]);
  });

  it("reads every agent separately, and one that rejoins under its uid as another one", async () => {
    await joined();
    client().comes(8);
    client().comes(9);
    says(8, 1, "I am eight.");
    says(9, 1, "I am nine.");
    await vi.advanceTimersByTimeAsync(5000);
    client().goes(8);
    client().comes(8);
    says(8, 1, "I am new.");
    await vi.advanceTimersByTimeAsync(5000);
    expect(call.lines.get().map(({ text, publisher }) => [publisher, text])).toEqual([
      ["8", "I am eight."],
      ["9", "I am nine."],
      ["8 (2)", "I am new."],
    ]);
  });

  it("continues reading after the toolkit failed to load once", async () => {
    await joined();
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const heard: string[] = [];
    const conversation = { hear: (items: { text: string }[]) => heard.push(...items.map(({ text }) => text)) };
    const load = vi
      .fn(() => import("agora-agent-client-toolkit"))
      .mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
    const agents = new ChannelAgents(
      "room",
      conversation as never,
      { onAgentState: () => undefined, onProblem: () => undefined },
      load,
    );
    agents.take(8, transcription(1, "Lost."));
    agents.take(8, transcription(2, "Heard."));
    await vi.advanceTimersByTimeAsync(5000);
    agents.close();
    expect(heard).toContain("Heard.");
  });

  it("shows a vendor's error and an agent's state", async () => {
    await joined();
    client().comes(8);
    const send = (message: object) =>
      client().emit("stream-message", 8, new TextEncoder().encode(`${Math.random()}|1|1|${base64(JSON.stringify(message))}`));
    send({ object: "message.state", state: "speaking", turn_id: 1, ts_ms: 1 });
    send({ object: "message.error", module: "llm", code: 500, message: "down", turn_id: 1, ts_ms: 1 });
    await vi.advanceTimersByTimeAsync(100);
    expect(state().others[0]?.agentState).toBe("speaking");
    expect(state().problem?.message).toContain("language model returned an error (500)");
  });

  it("reports why it can't join, without asking for the microphone", async () => {
    browser.sdk.joining = () => Promise.reject(Object.assign(new Error("UID_CONFLICT"), { code: "UID_CONFLICT" }));
    await joined();
    expect(state()).toMatchObject({ phase: "failed", problem: { message: "This user ID is already in the channel." } });
    expect(state().problem?.advice).toMatch(/^Go back to the form/);
    expect([browser.sdk.microphones, client().left]).toEqual([[], 1]);
  });

  it("continues without a microphone, and says why", async () => {
    browser.sdk.microphoneFault = () => "PERMISSION_DENIED";
    await joined();
    expect(state()).toMatchObject({ phase: "in", microphone: "denied", problem: { message: /blocked/ } });
  });

  it("mutes, plays blocked audio after a click, and warns before the token expires", async () => {
    await joined();
    await call.setMuted(true);
    expect([state().muted, browser.sdk.microphones[0]?.calls]).toEqual([true, ["muted true"]]);
    browser.sdk.onAutoplayFailed?.();
    expect(state().soundBlocked).toBe(true);
    await call.unblock();
    expect(state().soundBlocked).toBe(false);
    client().emit("token-privilege-will-expire");
    expect(state().problem?.message).toBe("Your token expires in 30 seconds.");
  });

  it("ends when the channel is lost, and leaves once", async () => {
    await joined();
    client().emit("connection-state-change", "RECONNECTING", "CONNECTED");
    expect(state().online).toBe(false);
    client().emit("connection-state-change", "DISCONNECTED", "RECONNECTING", "UID_BANNED");
    expect(state()).toMatchObject({ phase: "failed", others: [] });
    call.leave();
    expect(client().left).toBe(1);
  });

  it("leaves on request", async () => {
    await joined();
    client().comes(8);
    call.leave();
    expect(state()).toMatchObject({ phase: "left", others: [] });
    expect(browser.sdk.microphones[0]?.closed).toBe(true);
  });
});
