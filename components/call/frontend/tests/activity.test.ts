import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ACTIVITY_EVERY_MS, Activity, LISTENING } from "../src/call/activity";
import { reduce } from "../src/call/machine";
import { type CallState, INITIAL } from "../src/call/state";

let reports: number;
let activity: Activity;
let page: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  page = new EventTarget();
  vi.stubGlobal("window", page);
  reports = 0;
  activity = new Activity(() => reports++);
  activity.watch();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("activity in the page", () => {
  it.each(["keydown", "pointerdown", "wheel", "touchmove", "input", "play", LISTENING])("is %s", (type) => {
    page.dispatchEvent(new Event(type));
    expect(reports).toBe(1);
  });

  it("is reported at once, then at most every five seconds", () => {
    for (let ms = 0; ms < ACTIVITY_EVERY_MS * 2; ms += 500) {
      page.dispatchEvent(new Event("keydown"));
      vi.advanceTimersByTime(500);
    }
    expect(reports).toBe(2);
  });

  it("isn't reported after the call", () => {
    activity.close();
    page.dispatchEvent(new Event("keydown"));
    expect(reports).toBe(0);
  });
});

describe("the idle warning", () => {
  const live: CallState = { ...INITIAL, phase: "live", liveSince: 1 };

  it("is shown only while the server says so", () => {
    const warned = reduce(live, { type: "idle_warning", endsAtMs: 20_000 });
    expect(warned.idleEndsAt).toBe(20_000);
    expect(reduce(warned, { type: "idle_warning", endsAtMs: null }).idleEndsAt).toBeNull();
  });

  it("ends with the call", () => {
    const warned = reduce(live, { type: "idle_warning", endsAtMs: 20_000 });
    expect(reduce(warned, { type: "over", reason: "idle", detail: "", atMs: 9 }).idleEndsAt).toBeNull();
  });

  it("isn't shown before or after a call", () => {
    expect(reduce(INITIAL, { type: "idle_warning", endsAtMs: 20_000 }).idleEndsAt).toBeNull();
  });
});
