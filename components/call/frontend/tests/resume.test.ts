import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetCall, saveCall, savedCall } from "../src/call/resume";

let stored: Map<string, string>;

beforeEach(() => {
  stored = new Map();
  vi.stubGlobal("window", {
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("a reloaded tab (row 28)", () => {
  it("finds its session, without a token", () => {
    saveCall({ session_id: "s", capability: "c", token: "007secret" } as never);
    expect(savedCall()).toEqual({ session_id: "s", capability: "c" });
    expect([...stored.values()].join("")).not.toContain("007secret");
  });

  it("forgets the session that ended, and no other", () => {
    saveCall({ session_id: "new", capability: "c" });
    forgetCall("old");
    expect(savedCall()?.session_id).toBe("new");
    forgetCall("new");
    expect(savedCall()).toBeNull();
  });

  it.each(["", "{", "7", "null", '{"session_id":1}'])("ignores %j", (text) => {
    stored.set("greenroom.call", text);
    expect(savedCall()).toBeNull();
  });

  it("works without storage", () => {
    vi.stubGlobal("window", {
      get sessionStorage(): never {
        throw new Error("denied");
      },
    });
    saveCall({ session_id: "s", capability: "c" });
    expect(savedCall()).toBeNull();
  });
});
