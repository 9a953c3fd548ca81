import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isLeaving } from "../src/streamlit/leaving";
import { whenPageStays } from "../src/streamlit/staying";

vi.mock("../src/streamlit/leaving", () => ({ isLeaving: vi.fn(() => false) }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  [true, 1],
  [false, 0],
])("reports only from a page that stays (%s)", (isConnected, times) => {
  const host = { isConnected: true } as { isConnected: boolean };
  const act = vi.fn();
  whenPageStays(host as Element, act);
  expect(act).not.toHaveBeenCalled();
  host.isConnected = isConnected;
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(times);
});

it("reports nothing while another page is on its way, and after all when that doesn't come", () => {
  const act = vi.fn();
  vi.mocked(isLeaving).mockReturnValue(true);
  whenPageStays({ isConnected: true } as Element, act);
  vi.advanceTimersByTime(3000);
  expect(act).not.toHaveBeenCalled();
  vi.mocked(isLeaving).mockReturnValue(false);
  vi.advanceTimersByTime(600);
  expect(act).toHaveBeenCalledTimes(1);
});
