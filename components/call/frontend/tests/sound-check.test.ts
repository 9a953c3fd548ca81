import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MicrophoneTest } from "../src/check/microphone-test";
import { watchPermission } from "../src/check/readiness";
import { PlayedContext, playBrowser } from "./browser";

const PROCESSING = { echo: true, noise: true, gain: true };
let stopped: number;

beforeEach(() => {
  playBrowser();
  stopped = 0;
  const stream = { getTracks: () => [{ stop: () => stopped++ }], getAudioTracks: () => [{}] };
  Object.assign(navigator.mediaDevices, { getUserMedia: async () => stream });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("testing the microphone", () => {
  it("opens it, and turns it off when the test stops", async () => {
    const test = new MicrophoneTest("http://localhost/ui-assets/index.js");
    expect([await test.open("", PROCESSING), stopped]).toEqual([true, 0]);
    test.close();
    expect(stopped).toBe(1);
  });

  it("turns it off when its level can't be measured", async () => {
    vi.spyOn(PlayedContext.prototype, "resume").mockRejectedValue(new Error("no worklet"));
    await expect(new MicrophoneTest("http://localhost/ui-assets/index.js").open("", PROCESSING)).rejects.toThrow("no worklet");
    expect([stopped, PlayedContext.all[0]?.state]).toEqual([1, "closed"]);
  });

  it("ignores an error of a microphone that is no longer selected", async () => {
    const test = new MicrophoneTest("http://localhost/ui-assets/index.js");
    const { getUserMedia } = navigator.mediaDevices;
    Object.assign(navigator.mediaDevices, { getUserMedia: async () => Promise.reject(new Error("NotReadableError")) });
    const first = test.open("busy", PROCESSING);
    Object.assign(navigator.mediaDevices, { getUserMedia });
    expect(await Promise.all([first, test.open("", PROCESSING)])).toEqual([false, true]);
  });
});

describe("the permission for the microphone", () => {
  it("is not watched by a page that was left before the browser answered", async () => {
    const status = Object.assign(new EventTarget(), { state: "granted" });
    Object.assign(navigator, { permissions: { query: async () => status } });
    const reported: string[] = [];
    const stop = watchPermission((permission) => reported.push(permission));
    stop();
    await Promise.resolve();
    status.dispatchEvent(new Event("change"));
    expect(reported).toEqual([]);
    const stopLater = watchPermission((permission) => reported.push(permission));
    await vi.waitFor(() => expect(reported).toEqual(["granted"]));
    status.state = "denied";
    status.dispatchEvent(new Event("change"));
    stopLater();
    status.dispatchEvent(new Event("change"));
    expect(reported).toEqual(["granted", "denied"]);
  });

  it("is unknown in a browser that can't say", async () => {
    const reported: string[] = [];
    watchPermission((permission) => reported.push(permission));
    await vi.waitFor(() => expect(reported).toEqual(["unknown"]));
  });
});
