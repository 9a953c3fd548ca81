import { describe, expect, it } from "vitest";
import { captionOf } from "../src/call/caption";
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
import { LevelHistory, SLOT_MS, SLOTS } from "../src/call/level-history";
import type { Line } from "../src/call/line";
import { mutedAfter, pressed, RELEASED } from "../src/call/push-to-talk";

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
  it("has no stand-ins and nothing nameless from before the permission", () => {
    const found = [
      { kind: "audioinput", deviceId: "", label: "" },
      { kind: "audioinput", deviceId: "default", label: "Default" },
      { kind: "audioinput", deviceId: "h1", label: "Headset" },
      { kind: "videoinput", deviceId: "c1", label: "" },
    ] as const;
    expect(deviceLists(found)).toEqual({ microphone: [HEADSET], speaker: [], camera: [{ id: "c1", label: "Unnamed camera" }] });
  });

  it("finds the chosen one by its name when its id has changed", () => {
    expect(findChosen(HEADSET, [DESK, { id: "h2", label: "Headset" }])?.id).toBe("h2");
    expect(findChosen(HEADSET, [DESK])).toBeNull();
  });
});

describe("a device that comes or goes (rows 33, 34)", () => {
  it("is used when it was remembered and is there", () => {
    const now = withLists(chose(HEADSET), microphones(DESK, HEADSET));
    expect([now.used.microphone, now.notice]).toEqual(["h1", null]);
  });

  it("makes way for the system's own when the remembered one is not there, and says so", () => {
    const now = withLists(chose(HEADSET), microphones(DESK));
    expect(now.used.microphone).toBe("");
    expect(now.notice).toContain("“Headset” disconnected");
    expect(now.chosen.microphone).toEqual(HEADSET);
  });

  it("is told once", () => {
    const gone = withLists(chose(HEADSET), microphones(DESK));
    expect(withLists({ ...gone, notice: null }, microphones(DESK)).notice).toBeNull();
  });

  it("is used again when it is back", () => {
    const gone = withLists(withLists(chose(HEADSET), microphones(DESK, HEADSET)), microphones(DESK));
    const back = withLists(gone, microphones(DESK, HEADSET));
    expect(back.used.microphone).toBe("h1");
    expect(back.notice).toContain("“Headset” reconnected");
  });

  it("that is new is offered, not taken", () => {
    const now = withLists(withLists(NOTHING, microphones(DESK)), microphones(DESK, HEADSET));
    expect(now.used.microphone).toBe("");
    expect(now.notice).toContain("“Headset” connected");
  });

  it("is not judged before the browser tells any names", () => {
    expect(withLists(chose(HEADSET), NO_DEVICES)).toEqual(chose(HEADSET));
  });
});

describe("what is remembered", () => {
  it("is read as it was written", () => {
    const kept = {
      chosen: { microphone: HEADSET, speaker: null, camera: null },
      processing: { echo: true, noise: false, gain: true },
      volume: 40,
      resolution: "720p" as const,
    };
    expect(readPreferences(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([null, "", "{", "[]", "null", '{"chosen": 3, "volume": "loud", "processing": null}'])(
    "survives nonsense: %s",
    (stored) => {
      expect(readPreferences(stored)).toEqual(PREFERENCES);
    },
  );

  it("keeps the volume in its range", () => {
    expect([readPreferences('{"volume": 900}').volume, readPreferences('{"volume": -3}').volume]).toEqual([100, 0]);
  });
});

describe("holding space (row 32)", () => {
  it("talks only while muted, and mutes again", () => {
    const held = pressed(RELEASED, true, "free", 1000);
    expect(held).not.toBeNull();
    expect(pressed(RELEASED, false, "free", 1000)).toBeNull();
    expect(mutedAfter(held ?? RELEASED, 1100)).toBe(true);
  });

  it("leaves the key to a text field and to other buttons", () => {
    expect(pressed(RELEASED, true, "other", 1000)).toBeNull();
  });

  it("is a click on the mute button when it is short", () => {
    const held = pressed(RELEASED, true, "mute", 1000) ?? RELEASED;
    expect([mutedAfter(held, 1100), mutedAfter(held, 2500)]).toEqual([false, true]);
  });

  it("begins once, however often the key repeats", () => {
    const held = pressed(RELEASED, true, "free", 1000) ?? RELEASED;
    expect(pressed(held, false, "free", 1500)).toBe(held);
  });
});

describe("the level history of both sides", () => {
  const read = (levelHistory: LevelHistory) => {
    const seen: [number, number, number, boolean][] = [];
    levelHistory.each((...step) => (step[1] > 0 || step[2] > 0 || step[3]) && seen.push(step));
    return seen;
  };

  it("keeps the loudest of each step, and the marks", () => {
    const levelHistory = new LevelHistory();
    levelHistory.push(1000, 0.5, 0);
    levelHistory.push(1050, 0.25, 0);
    levelHistory.push(1000 + SLOT_MS, 0, 0.75);
    levelHistory.mark(1000 + SLOT_MS);
    expect(read(levelHistory)).toEqual([
      [SLOTS - 2, 0.5, 0, false],
      [SLOTS - 1, 0, 0.75, true],
    ]);
  });

  it("forgets what is older than it is long, and knows a gap as silence", () => {
    const levelHistory = new LevelHistory();
    levelHistory.push(1000, 1, 1);
    levelHistory.push(1000 + SLOT_MS * (SLOTS - 1), 0.5, 0);
    expect(read(levelHistory)).toHaveLength(2);
    levelHistory.push(1000 + SLOT_MS * SLOTS, 0, 0);
    expect(read(levelHistory)).toEqual([[SLOTS - 2, 0.5, 0, false]]);
    levelHistory.push(9e6, 0, 0);
    expect(read(levelHistory)).toEqual([]);
  });

  it("shows nothing before anything was heard", () => {
    expect(read(new LevelHistory())).toEqual([]);
  });
});

describe("a caption", () => {
  const line = (speaker: "user" | "agent", text: string): Line => ({
    key: "k",
    speaker,
    turnId: 1,
    publisher: "",
    text,
    state: "final",
    source: "voice",
    startedMs: 0,
    endedMs: 1,
    latencyMs: null,
  });

  it("is the newest line, and says when it is one's own", () => {
    expect(captionOf([line("agent", "Yes."), line("user", "And dogs?")])).toBe("You: And dogs?");
    expect(captionOf([])).toBe("");
  });

  it("is the end of a long line, from a whole word on", () => {
    const caption = captionOf([line("agent", `${"word ".repeat(80)}end.`)]);
    expect(caption).toMatch(/^… word .* end\.$/);
    expect(caption.length).toBeLessThan(160);
  });
});
