import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ActiveCall } from "../src/call/active-call";
import { AvatarVideo } from "../src/call/avatar-video";
import { Camera } from "../src/call/camera";
import { Devices } from "../src/call/devices";
import type { Lines } from "../src/call/line";
import { Recorder } from "../src/call/recorder";
import type { CallEvent } from "../src/call/state";
import { Store } from "../src/call/store";
import type { Ticket } from "../src/ticket";
import { base64 } from "./base64";
import {
  type PlayedBrowser,
  PlayedClient,
  PlayedContext,
  PlayedRecorder,
  PlayedSocket,
  PlayedWorklet,
  playBrowser,
} from "./browser";

const played = vi.hoisted(() => ({ sdk: null as unknown }));
vi.mock("agora-rtc-sdk-ng", () => ({
  get default() {
    return played.sdk;
  },
}));

const AGENT = 1001;
const AVATAR = 1002;
const TICKET: Ticket = {
  session_id: "s1",
  capability: "c",
  app_id: "a",
  channel: "room",
  token: "t",
  uid: 7,
  agent_uid: AGENT,
  avatar_uid: AVATAR,
  agent_name: "Ava",
  place: "twin",
  edge: null,
  elapsed_ms: 0,
  said: [],
};

let browser: PlayedBrowser;
let told: CallEvent[];
let lines: Store<Lines>;
let recorder: Recorder;
let camera: Camera;
let picture: AvatarVideo;
let run: ActiveCall;
const line = (): PlayedSocket => PlayedSocket.all.at(-1) as PlayedSocket;
const client = () => browser.sdk.client;
const of = <T extends CallEvent["type"]>(type: T) => told.filter((one) => one.type === type) as Extract<CallEvent, { type: T }>[];

function makeRun(ticket: Ticket = TICKET, background = false): ActiveCall {
  const devices = new Devices();
  recorder = new Recorder();
  lines = new Store<Lines>([]);
  camera = new Camera(devices);
  picture = new AvatarVideo();
  const assets = "http://localhost/ui-assets/index.js";
  return new ActiveCall(ticket, lines, (event) => told.push(event), picture, assets, { devices, camera, recorder }, background);
}

async function joined(ticket: Ticket = TICKET, background = false): Promise<void> {
  run = makeRun(ticket, background);
  const started = run.start();
  line().welcome();
  await vi.advanceTimersByTimeAsync(10);
  await started;
}

/** As the data stream carries it. */
function agentSays(message: Record<string, unknown>): void {
  const content = base64(JSON.stringify(message));
  client().emit("stream-message", AGENT, new TextEncoder().encode(`${Math.random()}|1|1|${content}`));
}

beforeEach(async () => {
  await import("agora-agent-client-toolkit"); // loading it takes real time, which the clock below does not know
  vi.useFakeTimers();
  browser = playBrowser();
  played.sdk = browser.sdk;
  told = [];
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response("{}", { status: 200 })),
  );
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a call", () => {
  it("publishes its microphone before it asks for the agent", async () => {
    await joined();
    expect(of("step").map(({ step }) => step)).toEqual(["ticket", "channel", "microphone"]);
    expect(client().joins).toEqual([["a", "room", "t", 7]]);
    expect(client().published).toEqual(browser.sdk.microphones);
    expect(line().of("joined")).toEqual([{ type: "joined", uid: 7 }]);
  });

  it("is muted and asks for no greeting while it is held, until Start", async () => {
    await joined({ ...TICKET, held: true });
    expect([browser.sdk.microphones.at(-1)?.calls.at(-1), line().of("greet").length]).toEqual(["muted true", 0]);
    run.release();
    await vi.advanceTimersByTimeAsync(0);
    expect([browser.sdk.microphones.at(-1)?.calls.at(-1), line().of("greet")]).toEqual(["muted false", [{ type: "greet" }]]);
  });

  it("follows the agent: join, state, words", async () => {
    await joined();
    line().says("agent");
    client().comes(AGENT);
    client().comes(AVATAR, ["video"]);
    await vi.advanceTimersByTimeAsync(0);
    agentSays({ object: "message.state", state: "thinking", turn_id: 1, ts_ms: 1 });
    agentSays({
      object: "assistant.transcription",
      text: "Good day.",
      turn_status: 1,
      turn_id: 1,
      stream_id: 0,
      user_id: "",
      words: null,
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(line().of("agent_seen")).toHaveLength(1);
    expect(of("agent_seen")).toHaveLength(1);
    expect(of("agent_state").at(-1)?.agentState).toBe("thinking");
    expect(lines.get()).toMatchObject([{ speaker: "agent", text: "Good day." }]);
    expect(line().of("turn")).toMatchObject([{ text: "Good day." }]);
  });

  it("in the background leaves the page's camera, recorder, picture and toolkit alone, until it takes over", async () => {
    const page = { attach: vi.spyOn(Camera.prototype, "attach"), close: vi.spyOn(Camera.prototype, "close") };
    const record = vi.spyOn(Recorder.prototype, "attach");
    await joined(TICKET, true);
    const shown = vi.spyOn(picture, "open");
    client().comes(AGENT);
    client().comes(AVATAR, ["video"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(of("agent_seen")).toHaveLength(1);
    const said = { object: "assistant.transcription", turn_status: 1, turn_id: 1, stream_id: 0, user_id: "", words: null };
    agentSays({ ...said, text: "Too early." });
    await vi.advanceTimersByTimeAsync(5000);
    expect([page.attach, record, shown].map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0]);
    expect([lines.get(), picture.shown.get().track]).toEqual([[], null]);
    run.takeOver();
    await vi.advanceTimersByTimeAsync(0);
    expect([page.attach, record, shown].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 1]);
    expect(picture.shown.get().track, "the video that came before").not.toBeNull();
    agentSays({ ...said, turn_id: 2, text: "Good day." });
    await vi.advanceTimersByTimeAsync(5000);
    expect(lines.get()).toMatchObject([{ text: "Good day." }]);
    run.replaced();
    expect(line().of("end")).toEqual([{ type: "end", reason: "restarted" }]);
    expect([page.close.mock.calls.length, client().left]).toEqual([1, 1]);
  });

  it("in the background that doesn't start leaves the page's camera on", async () => {
    const close = vi.spyOn(Camera.prototype, "close");
    await joined(TICKET, true);
    line().says("ended", { reason: "refused" });
    expect([of("over").length, client().left, close.mock.calls.length]).toEqual([1, 1, 0]);
  });

  it("derives the agent's state from its audio until the agent reports one", async () => {
    await joined();
    const context = PlayedContext.all[0] as PlayedContext;
    context.currentTime = 2;
    const silent = Array.from({ length: 30 }, (_, i): [number, number, number] => [i / 100, 0, 0]);
    const loud = Array.from({ length: 60 }, (_, i): [number, number, number] => [0.3 + i / 100, 0, 0.2]);
    PlayedWorklet.newest?.hears(...silent, ...loud);
    expect(of("agent_state")).toEqual([{ type: "agent_state", agentState: "speaking" }]);
    expect(of("step").map(({ step }) => step)).toContain("sound");
    expect(run.levels.agent).toBeGreaterThan(0);
    agentSays({ object: "message.state", state: "listening", turn_id: 1, ts_ms: 1 });
    const quiet = Array.from({ length: 200 }, (_, i): [number, number, number] => [0.9 + i / 100, 0, 0]);
    PlayedWorklet.newest?.hears(...quiet);
    expect(of("agent_state").at(-1)?.agentState).toBe("listening");
  });

  it("fails if the started agent doesn't join", async () => {
    await joined();
    line().says("agent");
    line().says("agent"); // again after a reconnection
    await vi.advanceTimersByTimeAsync(30_000);
    expect(of("fail").map(({ problem }) => problem.message)).toEqual([
      "The agent started but didn't join the channel within 30 seconds.",
    ]);
    expect(line().of("end")).toEqual([{ type: "end", reason: "start_timeout" }]);
    expect([client().left, browser.sdk.microphones[0]?.closed]).toEqual([1, true]);
  });

  it.each([
    ["UID_CONFLICT", "This user ID is already in the channel."],
    ["CAN_NOT_GET_GATEWAY_SERVER", "Agora rejected the token, or has no server for this channel."],
    ["INVALID_PARAMS", "Agora rejected the App ID or the channel name."],
    ["WS_ABORT", "Couldn't reach the media server."],
    ["SOMETHING", "Couldn't join the call: SOMETHING"],
  ])("reports why it can't join: %s", async (code, message) => {
    browser.sdk.joining = () => Promise.reject(Object.assign(new Error(code), { code }));
    await joined();
    expect(of("fail").map(({ problem }) => problem.message)).toEqual([message]);
    expect(line().of("event")).toMatchObject([{ kind: "microphone" }, { kind: "join_failed" }]);
  });

  it("gives up on a channel that doesn't respond", async () => {
    browser.sdk.joining = () => new Promise(() => undefined);
    run = makeRun();
    const started = run.start();
    await vi.advanceTimersByTimeAsync(16_000);
    await started;
    expect(of("fail")[0]?.problem.message).toBe("Joining the channel took too long.");
    expect(browser.beacons).toEqual(["/api/calls/s1/end"]);
  });

  it("says why its channel refused it, also if the server answers a request of the call later", async () => {
    browser.sdk.joining = async () => {
      client().emit("token-privilege-did-expire"); // as the SDK says of a token that the gateway rejects
      throw Object.assign(new Error("refused"), { code: "NO_AUTHORIZED" });
    };
    run = makeRun();
    const started = run.start();
    line().welcome();
    await vi.advanceTimersByTimeAsync(10);
    await started;
    expect(line().of("renew")).toHaveLength(1);
    line().says("problem", { message: "The agent isn't running.", advice: "Wait.", fatal: false });
    expect(of("fail")[0]?.problem.message).toMatch(/rejected the token/);
    expect(of("problem")).toEqual([]);
  });

  it("gives up on a microphone that isn't published", async () => {
    vi.spyOn(PlayedClient.prototype, "publish").mockReturnValue(new Promise(() => undefined));
    run = makeRun();
    const started = run.start();
    await vi.advanceTimersByTimeAsync(16_000);
    await started;
    expect(of("fail")[0]?.problem.message).toBe("Publishing the microphone took too long.");
  });

  it.each([
    ["PERMISSION_DENIED", "denied", "Microphone access is blocked. You can still listen and type."],
    ["NOT_READABLE", "busy", "Another app is using your microphone. You can still listen and type."],
    ["DEVICE_NOT_FOUND", "missing", "No microphone found. You can still listen and type."],
  ])("continues without a microphone: %s", async (code, state, message) => {
    browser.sdk.microphoneFault = () => code;
    await joined();
    expect(of("microphone").map(({ microphone }) => microphone)).toEqual(["asked", state]);
    expect(of("problem")[0]?.problem?.message).toBe(message);
    expect(line().of("joined")).toHaveLength(1);
  });

  it("renews its token before it expires, and joins again after", async () => {
    await joined();
    client().emit("token-privilege-will-expire");
    expect(line().of("renew")).toHaveLength(1);
    line().says("token", { token: "t2" });
    await vi.advanceTimersByTimeAsync(0);
    expect([client().renewed, client().joins.length]).toEqual([["t2"], 1]);
    client().emit("token-privilege-did-expire");
    client().emit("connection-state-change", "DISCONNECTED", "CONNECTED", "TOKEN_EXPIRE");
    expect(line().of("renew")).toHaveLength(2);
    expect(of("channel").at(-1)?.online).toBe(false);
    line().says("token", { token: "t3" });
    await vi.advanceTimersByTimeAsync(0);
    expect(client().joins.at(-1)).toEqual(["a", "room", "t3", 7]);
    expect(of("channel").at(-1)?.online).toBe(true);
  });

  it("asks for the turns that it missed while disconnected, once", async () => {
    await joined();
    expect(line().of("missed")).toEqual([]);
    client().emit("connection-state-change", "RECONNECTING", "CONNECTED");
    client().emit("connection-state-change", "CONNECTED", "RECONNECTING");
    expect(line().of("missed")).toHaveLength(1);
    const turn = { turn_id: 3, speaker: "agent", text: "Dogs are welcome.", started_ms: 10, ended_ms: 90, source: "voice" };
    line().says("turn", { ...turn, interrupted: false, latency_ms: null });
    expect(lines.get()).toMatchObject([{ turnId: 3, text: "Dogs are welcome.", state: "final" }]);
    await vi.advanceTimersByTimeAsync(10);
    expect(line().of("turn")).toEqual([]); // the record has it
  });

  it("asks for the missed turns after a reload, too", async () => {
    await joined({ ...TICKET, elapsed_ms: 9000 });
    expect(line().of("missed")).toHaveLength(1);
  });

  it.each([
    ["UID_BANNED", "You left the channel because the same user ID joined it again."],
    ["TOKEN_INVALID", "The call's token expired and couldn't be renewed."],
    ["", "The connection to the channel was lost."],
  ])("reports why the channel was lost: %s", async (reason, message) => {
    await joined();
    client().emit("connection-state-change", "RECONNECTING", "CONNECTED");
    client().emit("connection-state-change", "CONNECTED", "RECONNECTING");
    client().emit("connection-state-change", "DISCONNECTED", "RECONNECTING", reason);
    expect(of("channel").map(({ online }) => online)).toEqual([true, false, true]);
    expect(of("fail").map(({ problem }) => problem.message)).toEqual([message]);
    expect(line().of("end")).toEqual([{ type: "end", reason: "stage_lost" }]);
  });

  it("logs network changes and vendor errors, with advice", async () => {
    await joined();
    client().emit("network-quality", { uplinkNetworkQuality: 5, downlinkNetworkQuality: 1 });
    agentSays({ object: "message.error", module: "tts", code: 429, message: "rate", turn_id: 1, ts_ms: 1 });
    expect(of("network")).toHaveLength(1);
    expect(of("problem").at(-1)?.problem?.message).toContain("429");
    expect(
      line()
        .of("event")
        .map(({ kind }) => kind),
    ).toContain("vendor_error");
  });

  it("shows the avatar's video, and reports when it is lost", async () => {
    await joined();
    client().comes(AGENT, []);
    const avatar = client().comes(AVATAR, ["video"]);
    await vi.advanceTimersByTimeAsync(0);
    expect(avatar.videoTrack).toBeDefined();
    client().emit("user-unpublished", avatar, "video");
    client().goes(AGENT, "ServerTimeOut");
    expect(
      line()
        .of("event")
        .filter(({ kind }) => kind === "picture"),
    ).toMatchObject([{ detail: "came" }, { detail: "gone" }]);
    expect(line().of("agent_gone")).toEqual([{ type: "agent_gone", reason: "ServerTimeOut" }]);
  });

  it("asks for a click if the browser blocks audio", async () => {
    await joined();
    browser.sdk.onAutoplayFailed?.();
    expect(of("sound_blocked").at(-1)?.blocked).toBe(true);
    const agent = client().comes(AGENT);
    await vi.advanceTimersByTimeAsync(0);
    await run.unblock();
    expect([of("sound_blocked").at(-1)?.blocked, browser.sdk.resumed]).toEqual([false, 1]);
    expect(agent.audioTrack?.calls.filter((call) => call === "play")).toHaveLength(2);
  });

  it("shows an interruption for a moment", async () => {
    await joined();
    agentSays({ object: "message.interrupt", message: "interrupt", turn_id: 1, start_ms: 1, data_type: "message" });
    expect(of("interrupted").map(({ shown }) => shown)).toEqual([true]);
    await vi.advanceTimersByTimeAsync(1400);
    expect(of("interrupted").map(({ shown }) => shown)).toEqual([true, false]);
  });
});

describe("what the caller does in a call", () => {
  it("types, whispers and interrupts while the server is reachable", async () => {
    await joined();
    expect(run.write("typed", "Dogs?", "append")).toBe(true);
    expect(run.write("whisper", "Be brief.", "append")).toBe(true);
    run.interrupt();
    expect(line().of("typed")).toMatchObject([{ text: "Dogs?", priority: "append" }]);
    expect(line().of("whisper")).toMatchObject([{ text: "Be brief." }]);
    expect(line().of("interrupt")).toHaveLength(1);
    line().says("accepted", { ref: line().of("typed")[0]?.["ref"] });
    line().says("problem", { message: "Too long.", advice: "Shorten it.", ref: line().of("whisper")[0]?.["ref"] });
    expect(of("unsent").at(-1)?.text).toBe("Be brief.");
    line().onclose?.({ code: 1006 });
    expect(run.write("typed", "Hello?", "append")).toBe(false);
  });

  it("stays muted when another microphone is opened", async () => {
    await joined();
    await run.setMuted(true);
    expect(browser.sdk.microphones[0]?.calls).toContain("muted true");
    browser.devices = [{ kind: "audioinput", deviceId: "h1", label: "Headset" }];
    browser.sdk.microphones[0]?.emit("track-ended");
    await vi.advanceTimersByTimeAsync(10);
    const newest = browser.sdk.microphones.at(-1);
    expect([browser.sdk.microphones.length > 1, newest?.calls]).toEqual([true, ["muted true"]]);
    expect(client().published).toEqual([newest]);
  });

  it("keeps a call that is about to end as idle", async () => {
    await joined();
    line().says("idle_warning", { left_s: 20 });
    expect(of("idle_warning").at(-1)?.endsAtMs).toBe(Date.now() + 20_000);
    run.stay();
    expect(of("idle_warning").at(-1)?.endsAtMs).toBeNull();
    expect(line().of("activity")).toHaveLength(1);
  });
});

describe("the end of a call", () => {
  it("waits for the server to stop the agent, then releases everything", async () => {
    await joined();
    const over = run.finish("ended");
    line().says("ended", { reason: "ended", detail: "", length_s: 12 });
    await over;
    expect(of("over")).toMatchObject([{ reason: "ended", lengthMs: 12_000 }]);
    expect([client().left, PlayedContext.all[0]?.state]).toEqual([1, "closed"]);
    await vi.advanceTimersByTimeAsync(600);
    expect(line().onclose).toBeNull(); // the line is given up, too
  });

  it("doesn't wait long for an unreachable server", async () => {
    run = makeRun();
    const started = run.start();
    const over = run.finish("cancelled");
    await vi.advanceTimersByTimeAsync(700);
    await Promise.all([started, over]);
    expect([of("over").length, browser.beacons.length]).toEqual([1, 1]);
  });

  it("shows a notice and a fatal problem of the server", async () => {
    await joined();
    line().says("notice", { text: "The call is ending." });
    line().says("problem", { message: "Agora refused.", advice: "Check the key.", fatal: true });
    expect(of("notice")).toEqual([{ type: "notice", text: "The call is ending." }]);
    expect(of("fail")[0]?.problem).toEqual({ message: "Agora refused.", advice: "Check the key." });
  });

  it("sends a beacon when the page is unloaded, without a channel loss", async () => {
    await joined();
    run.pageHidden();
    client().emit("connection-state-change", "DISCONNECTED", "CONNECTED", "LEAVE");
    expect([browser.beacons, of("fail")]).toEqual([["/api/calls/s1/end"], []]);
  });

  it("is immediate for a ticket that the server rejects", async () => {
    run = makeRun();
    void run.start();
    line().onclose?.({ code: 1008 });
    await vi.advanceTimersByTimeAsync(10);
    expect(of("fail")[0]?.problem.message).toBe("Greenroom rejected this page's call ticket.");
  });
});

describe("the recording of a call", () => {
  const sent = () => vi.mocked(fetch).mock.calls.map(([url]) => String(url).replace("/api/calls/s1/recording/", ""));

  it("is uploaded in chunks, and finished with the call", async () => {
    await joined();
    expect(recorder.state.get().phase).toBe("on");
    for (const piece of ["a", "b"]) PlayedRecorder.all[0]?.gives(piece);
    await vi.advanceTimersByTimeAsync(10);
    const over = run.finish("ended");
    line().says("ended", { reason: "ended", detail: "" });
    await over;
    await vi.advanceTimersByTimeAsync(1100);
    expect(sent().map((path) => path.replace(/^\d+\//, ""))).toEqual(["0", "1", "done"]);
    expect(recorder.state.get()).toMatchObject({ phase: "off", session: "s1" });
  });

  it.each([
    [507, "the server's disk is full."],
    [413, "the server didn't accept it."],
  ])("stops at %i, and says why", async (status, why) => {
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => new Response("{}", { status })),
    );
    await joined();
    PlayedRecorder.all[0]?.gives("a");
    await vi.advanceTimersByTimeAsync(10);
    expect(recorder.state.get()).toMatchObject({ phase: "failed", problem: `Recording stopped: ${why} The call continues.` });
    recorder.dismiss();
    expect(recorder.state.get().problem).toBeNull();
  });

  it("is retried while the server is unreachable", async () => {
    const away = vi
      .fn()
      .mockRejectedValueOnce(new Error("away"))
      .mockResolvedValue(new Response("{}", { status: 200 }));
    vi.stubGlobal("fetch", away);
    await joined();
    PlayedRecorder.all[0]?.gives("a");
    await vi.advanceTimersByTimeAsync(600);
    expect([away.mock.calls.length, recorder.state.get().phase]).toEqual([2, "on"]);
  });

  it("retries a chunk without a response", async () => {
    const uploads: RequestInit[] = [];
    vi.stubGlobal("fetch", (_: string, request: RequestInit) => {
      uploads.push(request);
      if (uploads.length > 1) return Promise.resolve(new Response("{}", { status: 200 }));
      return new Promise((_resolve, reject) => request.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    });
    await joined();
    PlayedRecorder.all[0]?.gives("a");
    await vi.advanceTimersByTimeAsync(31_000);
    expect([uploads.length, recorder.state.get().phase]).toEqual([2, "on"]);
  });

  it("reports no problem if the call ends before audio is available", async () => {
    let fail = (_why: Error): void => undefined;
    recorder = new Recorder();
    recorder.attach({ stream: () => new Promise((_, reject) => (fail = reject)) }, TICKET, 0);
    recorder.close();
    fail(new Error("InvalidStateError"));
    await vi.advanceTimersByTimeAsync(0);
    expect(recorder.state.get()).toMatchObject({ phase: "off", problem: null });
  });

  it("can be turned off, also for the next calls", async () => {
    await joined();
    recorder.want("twin", false);
    expect(recorder.state.get().phase).toBe("off");
    expect(JSON.parse(browser.stored.get("greenroom.recording") ?? "")).toEqual({ twin: false, cloud: false });
    expect(new Recorder().state.get().wanted.twin).toBe(false);
    recorder.want("twin", true);
    await vi.advanceTimersByTimeAsync(0);
    expect([recorder.state.get().phase, PlayedRecorder.all.length]).toEqual(["on", 2]);
  });

  it("reports a browser that can't record", async () => {
    PlayedRecorder.isTypeSupported = () => false;
    await joined();
    PlayedRecorder.isTypeSupported = () => true;
    expect(recorder.state.get().problem).toBe("This browser can't record calls. The call continues.");
  });
});
