import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { isLeaving } from "../src/streamlit/leaving";
import { whenPageStays } from "../src/streamlit/staying";

vi.mock("../src/streamlit/leaving", () => ({ isLeaving: vi.fn(() => false) }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it.each([
  [true, 1],
  [false, 0],
])("reports only from a page that stays open (%s)", (isConnected, times) => {
  const host = { isConnected: true } as { isConnected: boolean };
  const act = vi.fn();
  whenPageStays(host as Element, act);
  expect(act).not.toHaveBeenCalled();
  host.isConnected = isConnected;
  vi.advanceTimersByTime(1000);
  expect(act).toHaveBeenCalledTimes(times);
});

it("waits while another page is being opened, and reports if it doesn't open", () => {
  const act = vi.fn();
  vi.mocked(isLeaving).mockReturnValue(true);
  whenPageStays({ isConnected: true } as Element, act);
  vi.advanceTimersByTime(3000);
  expect(act).not.toHaveBeenCalled();
  vi.mocked(isLeaving).mockReturnValue(false);
  vi.advanceTimersByTime(600);
  expect(act).toHaveBeenCalledTimes(1);
});
