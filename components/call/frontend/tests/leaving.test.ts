import { afterEach, beforeEach, expect, it, vi } from "vitest";

let isLeaving: typeof import("../src/streamlit/leaving").isLeaving;
let state: string;
let pressed: string[];

/** A link of the navigation, or anything else that is clicked. */
class Clicked extends EventTarget {
  constructor(
    readonly pathname: string,
    readonly isLink = true,
  ) {
    super();
  }
  closest(): Clicked | null {
    return this.isLink ? this : null;
  }
  click(): void {
    pressed.push(this.pathname);
    dispatch(this);
  }
}
const links = [new Clicked("/"), new Clicked("/settings"), new Clicked("/sound_check")];
const page = { pathname: "/sound_check" };

function dispatch(target: Clicked, keys: object = {}): void {
  const event = Object.assign(new Event("click"), keys);
  Object.defineProperty(event, "target", { value: target });
  document.dispatchEvent(event);
}

function clickOn(pathname: string, keys: object = {}): void {
  const link = links.find((one) => one.pathname === pathname);
  if (link !== undefined) dispatch(link, keys);
}

/** Streamlit runs a script, and then shows the page of `pathname`. */
function run(pathname: string): void {
  state = "running";
  vi.advanceTimersByTime(200);
  page.pathname = pathname;
  state = "notRunning";
  vi.advanceTimersByTime(400);
}

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers();
  [state, pressed, page.pathname] = ["notRunning", [], "/sound_check"];
  const app = { getAttribute: () => state };
  vi.stubGlobal("document", Object.assign(new EventTarget(), { querySelector: () => app, querySelectorAll: () => links }));
  vi.stubGlobal("location", page);
  vi.stubGlobal("Element", Clicked);
  const leaving = await import("../src/streamlit/leaving");
  isLeaving = leaving.isLeaving;
  leaving.followLinks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("is leaving from the click until the other page is shown", () => {
  expect(isLeaving()).toBe(false);
  clickOn("/settings");
  expect(isLeaving()).toBe(true);
  run("/settings");
  expect([isLeaving(), pressed]).toEqual([false, []]);
});

it("clicks the link again if the server returned to the old page", () => {
  clickOn("/settings");
  run("/sound_check");
  expect([isLeaving(), pressed]).toEqual([true, ["/settings"]]);
  run("/settings");
  expect([isLeaving(), pressed]).toEqual([false, ["/settings"]]);
});

it("gives up after two more attempts", () => {
  clickOn("/settings");
  for (let tries = 0; tries < 5; tries++) run("/sound_check");
  expect([isLeaving(), pressed]).toEqual([false, ["/settings", "/settings"]]);
});

it("waits for a slow server", () => {
  clickOn("/settings");
  vi.advanceTimersByTime(1800);
  expect(pressed).toEqual([]);
  vi.advanceTimersByTime(800);
  expect(pressed).toEqual(["/settings"]);
});

it("follows the link that was clicked last", () => {
  clickOn("/settings");
  clickOn("/");
  run("/sound_check");
  expect(pressed).toEqual(["/"]);
});

it("stays if the user clicks on the current page", () => {
  clickOn("/settings");
  vi.advanceTimersByTime(100);
  clickOn("/sound_check");
  run("/sound_check");
  expect([isLeaving(), pressed]).toEqual([false, []]);
});

it.each([
  ["the page itself", () => clickOn("/sound_check")],
  ["another tab", () => clickOn("/settings", { ctrlKey: true })],
  ["no link", () => dispatch(new Clicked("/settings", false))],
])("does nothing for a click on %s", (_, click) => {
  click();
  expect(isLeaving()).toBe(false);
});
