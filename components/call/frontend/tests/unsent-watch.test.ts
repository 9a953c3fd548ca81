import { afterEach, beforeEach, expect, it, vi } from "vitest";

type Handler = (event: object) => void;
let handlers: Map<string, Handler[]>;
let clicked: string[];
let stored: string | null;

/** A text field with a key, as Streamlit draws it; it is in no form. */
class Field {
  readonly type = "text";
  readonly autocomplete = "";
  value = "Be kind.";
  closest(selector: string): object | null {
    return selector.includes("stForm") ? null : { classList: ["st-key-draft-prompt"] };
  }
}

/** A link to another page, in the sidebar, at the top or in a page's text. */
class PageLink {
  readonly isConnected = true;
  constructor(private readonly testId: string) {}
  closest(selector: string): PageLink | null {
    return selector.includes(this.testId) ? this : null;
  }
  click(): void {
    clicked.push(this.testId);
  }
}

function dispatch(type: string, target: object): ReturnType<typeof vi.fn> {
  const preventDefault = vi.fn();
  const event = { isTrusted: true, target, composedPath: () => [target], preventDefault, stopImmediatePropagation: vi.fn() };
  for (const handle of handlers.get(type) ?? []) handle(event);
  return preventDefault;
}

beforeEach(async () => {
  vi.resetModules();
  vi.useFakeTimers();
  [handlers, clicked, stored] = [new Map(), [], null];
  const setItem = (_place: string, text: string) => {
    stored = text;
  };
  vi.stubGlobal("sessionStorage", { getItem: () => stored, setItem, removeItem: () => undefined });
  vi.stubGlobal("document", {
    addEventListener: (type: string, act: Handler) => handlers.set(type, [...(handlers.get(type) ?? []), act]),
    querySelector: () => null,
    querySelectorAll: () => [],
  });
  vi.stubGlobal(
    "MutationObserver",
    class {
      observe(): void {}
    },
  );
  vi.stubGlobal("HTMLInputElement", Field);
  vi.stubGlobal("HTMLTextAreaElement", class {});
  vi.stubGlobal("Element", PageLink);
  const { keepUnsent } = await import("../src/unsent/watch");
  keepUnsent();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it.each(["stSidebarNavLink", "stTopNavLink", "stPageLink-NavLink"])(
  "sends a field's text before the same tap follows a link to another page (%s)",
  (testId) => {
    const field = new Field();
    dispatch("focusin", field);
    field.value = "Be kinder.";
    dispatch("input", field);
    dispatch("focusout", field);
    expect(dispatch("click", new PageLink(testId))).toHaveBeenCalledTimes(1);
    expect(clicked).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(clicked).toEqual([testId]);
  },
);

it("follows a link at once when no text was typed", () => {
  expect(dispatch("click", new PageLink("stPageLink-NavLink"))).not.toHaveBeenCalled();
});

it("stores each key of a field in the tab's storage, before the field is left", () => {
  const field = new Field();
  dispatch("focusin", field);
  field.value = "Be kinder.";
  dispatch("input", field);
  expect(stored).toContain("Be kinder.");
});
