import { afterEach, beforeEach, expect, it, vi } from "vitest";

/** An element as far as a text field needs one. */
class PlayedElement extends EventTarget {
  value = "";
  textContent = "";
  hidden = false;
  isConnected = true;
  readonly style = { height: "" };
  readonly dataset: Record<string, string> = {};
  inside: PlayedElement[] = [];
  setAttribute(): void {}
  append(...inside: PlayedElement[]): void {
    this.inside.push(...inside);
  }
  replaceChildren(...inside: PlayedElement[]): void {
    this.inside = inside;
  }
  remove(): void {
    this.isConnected = false;
  }
  contains(): boolean {
    return false;
  }
  getRootNode(): object {
    return { activeElement: null };
  }
  setSelectionRange(): void {}
}

/** The server's text; each of these tests begins with a page that shows it. */
const STORED = { name: "ava/prompt", text: "Be kind.", revision: 1, turn: 0, tab: "t", label: "Prompt", help: "", docs: "" };
const DATA = { ...STORED, placeholder: "", height: 90, address: "/api/text", key: "prompt.system", capability: "c" };
let made: PlayedElement[];
let page: EventTarget;
let storage: Record<string, unknown>;
let posts: { text: string; keepalive: boolean }[];

/** Loads the page's script, as a reload does, and draws the field. */
async function draw(): Promise<{ field: PlayedElement; unmount: () => void }> {
  vi.resetModules();
  made = [];
  const { default: render } = await import("../src/prose");
  const parentElement = new PlayedElement();
  const arguments_ = { data: DATA, parentElement, setStateValue: vi.fn(), setTriggerValue: vi.fn() };
  const unmount = render(arguments_ as unknown as Parameters<typeof render>[0]) as () => void;
  const field = made.find((one) => one.value === "Be kinder." || one.value === DATA.text);
  if (field === undefined) throw new Error("no field was drawn");
  return { field, unmount };
}

function type(field: PlayedElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input"));
}

const kept = () => Object.entries(storage).filter(([place]) => place.startsWith("greenroom/text/"));

beforeEach(() => {
  vi.useFakeTimers();
  [page, storage, posts] = [new EventTarget(), {}, []];
  const methods = {
    getItem: (place: string) => storage[place] ?? null,
    setItem: (place: string, text: string) => {
      storage[place] = text;
    },
    removeItem: (place: string) => {
      delete storage[place];
    },
  };
  vi.stubGlobal("localStorage", new Proxy(methods, { ownKeys: () => Object.keys(storage), getOwnPropertyDescriptor }));
  vi.stubGlobal("sessionStorage", methods);
  vi.stubGlobal("window", page);
  vi.stubGlobal("HTMLButtonElement", class {});
  const createElement = (): PlayedElement => {
    made.push(new PlayedElement());
    return made.at(-1) as PlayedElement;
  };
  vi.stubGlobal("document", Object.assign(new EventTarget(), { createElement }));
  vi.stubGlobal("fetch", async (_address: string, { body, keepalive }: RequestInit) => {
    posts.push({ text: (JSON.parse(String(body)) as { text: string }).text, keepalive: keepalive ?? false });
    return new Response(JSON.stringify({ revision: 2 }), { status: 200 });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function getOwnPropertyDescriptor(): PropertyDescriptor {
  return { enumerable: true, configurable: true };
}

it("stores each key in the browser at once, and shows the text after a reload that reached no server", async () => {
  const { field } = await draw();
  type(field, "Be kinder.");
  expect(kept()).toHaveLength(1);
  expect(kept()[0]?.[1]).toContain("Be kinder.");
  expect(posts).toEqual([]);
  expect((await draw()).field.value).toBe("Be kinder.");
});

it("saves after a pause in typing", async () => {
  const { field } = await draw();
  type(field, "Be kinder.");
  await vi.advanceTimersByTimeAsync(1000);
  expect(posts).toEqual([{ text: "Be kinder.", keepalive: false }]);
  expect(kept()).toEqual([]);
});

it.each(["pagehide", "visibilitychange"])("saves by a request that outlives the page on %s", async (event) => {
  const { field } = await draw();
  type(field, "Be kinder.");
  (event === "pagehide" ? page : document).dispatchEvent(new Event(event));
  expect(posts).toEqual([{ text: "Be kinder.", keepalive: true }]);
});

it("saves at once when the field is left", async () => {
  const { field } = await draw();
  type(field, "Be kinder.");
  field.dispatchEvent(new Event("blur"));
  expect(posts).toEqual([{ text: "Be kinder.", keepalive: false }]);
});

it("saves at once when another page takes the field away", async () => {
  const { field, unmount } = await draw();
  type(field, "Be kinder.");
  unmount();
  expect(posts).toEqual([{ text: "Be kinder.", keepalive: false }]);
});

it("saves at once when something else is pressed", async () => {
  const { field } = await draw();
  type(field, "Be kinder.");
  document.dispatchEvent(new Event("pointerdown"));
  expect(posts).toEqual([{ text: "Be kinder.", keepalive: false }]);
});
