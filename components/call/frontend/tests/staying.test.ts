import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ifItStays } from "../src/staying";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
