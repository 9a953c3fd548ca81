import { afterEach, beforeEach, expect, it, vi } from "vitest";

let ifItStays: typeof import("../src/staying").ifItStays;

/** Stands for what was clicked: a link to another page, or anything else. */
class Clicked extends EventTarget {
  isLink = false;
  closest(): Clicked | null {
    return this.isLink ? this : null;
  }
}

beforeEach(async () => {
  vi.resetModules();
  ({ ifItStays } = await import("../src/staying"));
  vi.useFakeTimers();
  vi.stubGlobal("document", new EventTarget());
  vi.stubGlobal("Element", Clicked);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function click(isLink: boolean): void {
  const event = new Event("click");
  const target = new Clicked();
  target.isLink = isLink;
  Object.defineProperty(event, "target", { value: target });
  document.dispatchEvent(event);
}

it.each([
  [true, 1],
  [false, 0],
])("reports only from a page that stays (%s)", (isConnected, times) => {
  const host = { isConnected: true } as { isConnected: boolean };
  const act = vi.fn();
  ifItStays(host as HTMLElement, act);
  expect(act).not.toHaveBeenCalled();
  host.isConnected = isConnected;
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(times);
});

it.each([
  [true, 0],
  [false, 1],
])("reports nothing while another page is on its way (%s)", (isLink, times) => {
  const act = vi.fn();
  ifItStays({ isConnected: true } as HTMLElement, act);
  vi.advanceTimersByTime(400);
  click(isLink);
  vi.advanceTimersByTime(3000);
  expect(act).toHaveBeenCalledTimes(times);
});

it("reports after all when the other page doesn't come", () => {
  const act = vi.fn();
  ifItStays({ isConnected: true } as HTMLElement, act);
  click(true);
  vi.advanceTimersByTime(7000);
  expect(act).toHaveBeenCalledTimes(1);
});
