import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Camera } from "../src/call/camera";
import { Devices } from "../src/call/devices";
import { type PlayedBrowser, type PlayedTrack, playBrowser } from "./browser";

const played = vi.hoisted(() => ({ sdk: null as unknown }));
vi.mock("agora-rtc-sdk-ng", () => ({
  get default() {
    return played.sdk;
  },
}));

let browser: PlayedBrowser;
let devices: Devices;
let camera: Camera;
let shown: unknown[];
const channel = {
  show: async (track: unknown) => void shown.push(track),
  hide: async (track: unknown) => void shown.splice(shown.indexOf(track), 1),
};
const newest = () => browser.sdk.cameras.at(-1) as PlayedTrack;

beforeEach(() => {
  browser = playBrowser();
  played.sdk = browser.sdk;
  shown = [];
  devices = new Devices();
  camera = new Camera(devices);
});
afterEach(() => vi.unstubAllGlobals());

describe("self view (row 41)", () => {
  it("is shown before a call, and published once there is a channel", async () => {
    await camera.toggle("camera");
    expect(camera.state.get()).toMatchObject({ source: "camera", opening: null, problem: null });
    await camera.attach(channel);
    expect(shown).toEqual([newest()]);
    await camera.toggle("camera");
    expect([camera.state.get().source, shown, newest().closed]).toEqual([null, [], true]);
  });

  it("uses the selected resolution, also during a call and on the next visit (row 40)", async () => {
    devices.setResolution("720p");
    await camera.attach(channel);
    await camera.toggle("camera");
    expect(newest().options["encoderConfig"]).toMatchObject({ width: 1280, height: 720 });
    devices.setResolution("1080p");
    await vi.waitFor(() => expect(newest().options["encoderConfig"]).toMatchObject({ width: 1920, height: 1080 }));
    await vi.waitFor(() => expect(shown).toEqual([newest()]));
    expect(new Devices().state.get().resolution).toBe("1080p");
  });

  it("is replaced by a shared screen and returns after it", async () => {
    await camera.attach(channel);
    await camera.toggle("camera");
    await camera.toggle("screen");
    expect([camera.state.get().source, newest().options["screen"]]).toEqual(["screen", true]);
    expect(shown).toEqual([newest()]);
    newest().emit("track-ended"); // the browser's own "Stop sharing"
    await vi.waitFor(() => expect(camera.state.get().source).toBe("camera"));
  });

  it("stays on if sharing was canceled", async () => {
    await camera.toggle("camera");
    browser.sdk.cameraFault = (id) => (id === "screen" ? "PERMISSION_DENIED" : null);
    await camera.toggle("screen");
    expect(camera.state.get()).toMatchObject({
      source: "camera",
      problem: "Screen sharing was canceled, or the browser doesn't allow it.",
    });
    camera.dismiss();
    expect(camera.state.get().problem).toBeNull();
  });

  it("falls back to the system's camera, and uses the selected one when it is selected again", async () => {
    browser.devices = [{ kind: "videoinput", deviceId: "c1", label: "Desk camera" }];
    await devices.refresh();
    devices.choose("camera", "c1");
    browser.sdk.cameraFault = (id) => (id === "c1" ? "DEVICE_NOT_FOUND" : null);
    await camera.toggle("camera");
    expect([camera.state.get().source, newest().options["cameraId"]]).toEqual(["camera", undefined]);
    browser.sdk.cameraFault = () => null;
    devices.choose("camera", "");
    devices.choose("camera", "c1");
    await vi.waitFor(() => expect(newest().options["cameraId"]).toBe("c1"));
  });

  it.each([
    ["PERMISSION_DENIED", /blocked.*continues without video/],
    ["NOT_READABLE", /Another app.*continues without video/],
    ["DEVICE_NOT_FOUND", /No camera found.*continues without video/],
  ])("explains why there is no picture, and that the call continues (row 41): %s", async (code, words) => {
    browser.sdk.cameraFault = () => code;
    await camera.toggle("camera");
    expect(camera.state.get().problem).toMatch(words);
  });

  it("reports when it is unplugged, and when it can't be sent", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    await camera.attach({ ...channel, show: async () => Promise.reject(new Error("no")) });
    await camera.toggle("camera");
    expect(camera.state.get().problem).toBe("Couldn't send your video. The call continues without it.");
    newest().emit("track-ended");
    await vi.waitFor(() => expect(camera.state.get().problem).toMatch(/disconnected/));
    expect(camera.state.get().source).toBeNull();
  });

  it("turns off at once when the call ends, also while it is opening", async () => {
    await camera.toggle("camera");
    const on = newest();
    camera.close();
    expect([on.closed, camera.state.get().source]).toEqual([true, null]);
    const opening = camera.toggle("camera");
    camera.close();
    await opening;
    expect([camera.state.get().source, newest().closed]).toEqual([null, true]);
  });
});

describe("the devices of a page", () => {
  it("are listed again when they change, and selections are stored", async () => {
    browser.devices = [{ kind: "audiooutput", deviceId: "s1", label: "Speaker" }];
    await devices.refresh();
    browser.devices.push({ kind: "audioinput", deviceId: "m1", label: "Headset" });
    browser.devicesChanged();
    await vi.waitFor(() => expect(devices.state.get().lists.microphone).toHaveLength(1));
    devices.choose("microphone", "m1");
    devices.process({ echo: false });
    devices.setVolume(40);
    const again = new Devices().state.get();
    expect([again.used.microphone, again.processing.echo, again.volume]).toEqual(["m1", false, 40]);
    devices.refused("microphone", "it isn't connected.");
    expect(devices.state.get()).toMatchObject({ used: { microphone: "" }, notice: "Can't use “Headset”: it isn't connected." });
    devices.setNotice(null);
    expect(devices.state.get().notice).toBeNull();
  });

  it("have names in notices before the browser lists them", () => {
    devices.refused("microphone", "it isn't connected.");
    expect(devices.state.get().notice).toBe("Can't use the selected microphone: it isn't connected.");
    const headset = { id: "m1", label: "Headset" };
    browser.stored.set("greenroom.devices", JSON.stringify({ chosen: { microphone: headset } }));
    const next = new Devices();
    next.refused("microphone", "it isn't connected.");
    expect(next.state.get().notice).toBe("Can't use “Headset”: it isn't connected.");
  });

  it("have names once microphone access is allowed", async () => {
    const stopped: string[] = [];
    const stream = { getTracks: () => [{ stop: () => stopped.push("stopped") }] };
    Object.assign(navigator.mediaDevices, { getUserMedia: async () => stream });
    expect([await devices.requestAccess(), stopped]).toEqual([true, ["stopped"]]);
    Object.assign(navigator.mediaDevices, { getUserMedia: async () => Promise.reject(new Error("denied")) });
    expect(await devices.requestAccess()).toBe(false);
  });
});
