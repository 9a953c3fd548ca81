import { describe, expect, it } from "vitest";
import {
  type Device,
  type DeviceState,
  deviceLists,
  findChosen,
  NO_DEVICES,
  PREFERENCES,
  readPreferences,
  withLists,
} from "../src/call/devices";

const HEADSET: Device = { id: "h1", label: "Headset" };
const DESK: Device = { id: "d1", label: "Desk microphone" };
const NOTHING: DeviceState = {
  ...PREFERENCES,
  lists: NO_DEVICES,
  used: { microphone: "", speaker: "", camera: "" },
  notice: null,
};
const chose = (device: Device): DeviceState => ({
  ...NOTHING,
  chosen: { ...NOTHING.chosen, microphone: device },
  used: { ...NOTHING.used, microphone: device.id },
});
const microphones = (...list: Device[]) => ({ ...NO_DEVICES, microphone: list });

describe("the list of devices", () => {
  it("leaves out default entries, and devices without a name before the permission", () => {
    const found = [
      { kind: "audioinput", deviceId: "", label: "" },
      { kind: "audioinput", deviceId: "default", label: "Default" },
      { kind: "audioinput", deviceId: "h1", label: "Headset" },
      { kind: "videoinput", deviceId: "c1", label: "" },
    ] as const;
    expect(deviceLists(found)).toEqual({ microphone: [HEADSET], speaker: [], camera: [{ id: "c1", label: "Unnamed camera" }] });
  });

  it("finds the selected one by its name if its ID has changed", () => {
    expect(findChosen(HEADSET, [DESK, { id: "h2", label: "Headset" }])?.id).toBe("h2");
    expect(findChosen(HEADSET, [DESK])).toBeNull();
  });
});

describe("a device that is connected or disconnected (rows 33, 34)", () => {
  it("is used if it is stored and connected", () => {
    const now = withLists(chose(HEADSET), microphones(DESK, HEADSET));
    expect([now.used.microphone, now.notice]).toEqual(["h1", null]);
  });

  it("falls back to the system default with a notice if the stored one is missing", () => {
    const now = withLists(chose(HEADSET), microphones(DESK));
    expect(now.used.microphone).toBe("");
    expect(now.notice).toContain("“Headset” disconnected");
    expect(now.chosen.microphone).toEqual(HEADSET);
  });

  it("is announced once", () => {
    const gone = withLists(chose(HEADSET), microphones(DESK));
    expect(withLists({ ...gone, notice: null }, microphones(DESK)).notice).toBeNull();
  });

  it("is used again when it is reconnected", () => {
    const gone = withLists(withLists(chose(HEADSET), microphones(DESK, HEADSET)), microphones(DESK));
    const back = withLists(gone, microphones(DESK, HEADSET));
    expect(back.used.microphone).toBe("h1");
    expect(back.notice).toContain("“Headset” reconnected");
  });

  it("that is new is offered, not used", () => {
    const now = withLists(withLists(NOTHING, microphones(DESK)), microphones(DESK, HEADSET));
    expect(now.used.microphone).toBe("");
    expect(now.notice).toContain("“Headset” connected");
  });

  it("isn't missing before the browser reveals names", () => {
    expect(withLists(chose(HEADSET), NO_DEVICES)).toEqual(chose(HEADSET));
  });
});

describe("stored preferences", () => {
  it("are read as they were written", () => {
    const kept = {
      chosen: { microphone: HEADSET, speaker: null, camera: null },
      processing: { echo: true, noise: false, gain: true },
      volume: 40,
      resolution: "720p" as const,
    };
    expect(readPreferences(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([null, "", "{", "[]", "null", '{"chosen": 3, "volume": "loud", "processing": null}'])(
    "fall back to the defaults: %s",
    (stored) => {
      expect(readPreferences(stored)).toEqual(PREFERENCES);
    },
  );

  it("limit the volume to its range", () => {
    expect([readPreferences('{"volume": 900}').volume, readPreferences('{"volume": -3}').volume]).toEqual([100, 0]);
  });
});
