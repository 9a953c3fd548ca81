import { afterEach, beforeEach, expect, it, vi } from "vitest";

let state: string;

/** A tab as Streamlit draws it; a disabled one ignores clicks. */
class Tab extends EventTarget {
  disabled = false;
  selected = false;
  presses = 0;
  constructor(readonly textContent: string) {
    super();
  }
  closest = (selector: string): object => (selector.includes("stTab]") ? this : list);
  getAttribute = (): string => String(this.selected);
  click(): void {
    this.presses += 1;
    press(this, false);
  }
}
const list = { querySelectorAll: () => tabs };
let tabs: Tab[];

function press(tab: Tab, isTrusted = true): void {
  const event = new Event("click");
  Object.defineProperties(event, { target: { value: tab }, isTrusted: { value: isTrusted } });
  document.dispatchEvent(event);
  if (!tab.disabled) for (const one of tabs) one.selected = one === tab;
}

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers();
  state = "notRunning";
  tabs = [new Tab("Prompt"), new Tab("Voice")];
  vi.stubGlobal("document", Object.assign(new EventTarget(), { querySelector: () => ({ getAttribute: () => state }) }));
  vi.stubGlobal("Element", Tab);
  (await import("../src/streamlit/tab-clicks")).keepTabClicks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const [prompt, voice] = [() => tabs[0] as Tab, () => tabs[1] as Tab];

it("clicks a tab again that was disabled when it was clicked, once no script runs", () => {
  state = "running";
  voice().disabled = true;
  press(voice());
  vi.advanceTimersByTime(1000);
  expect(voice().presses).toBe(0);
  voice().disabled = false;
  state = "notRunning";
  vi.advanceTimersByTime(1000);
  expect([voice().selected, voice().presses]).toEqual([true, 1]);
});

it("leaves a tab alone that was selected, or followed by another click", () => {
  press(voice());
  vi.advanceTimersByTime(1000);
  voice().disabled = true;
  press(prompt());
  press(voice());
  press(prompt());
  vi.advanceTimersByTime(1000);
  expect([prompt().presses, voice().presses, prompt().selected]).toEqual([0, 0, true]);
});

it("gives up on a tab that ignores clicks, and on one that is removed", () => {
  voice().disabled = true;
  press(voice());
  vi.advanceTimersByTime(20_000);
  expect(voice().presses).toBe(2);
  press(voice());
  tabs = [prompt()];
  vi.advanceTimersByTime(20_000);
  expect(prompt().presses).toBe(0);
});
