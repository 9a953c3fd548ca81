import { beforeEach, describe, expect, it, vi } from "vitest";
import { plainAddress } from "../src/call/shim";

const PAGE = { protocol: "https:", host: "studio.example" };

describe("the shim for the offline twin", () => {
  it.each([
    ["https://ap.edge.localhost:8450/api/v2/transpond/webrtc?v=2", "http://localhost:8450/api/v2/transpond/webrtc?v=2"],
    ["wss://gw.edge.localhost:8450", "ws://localhost:8450"],
    ["WSS://GW.EDGE.LOCALHOST:8450/", "ws://localhost:8450/"],
    ["https://edge.localhost:1/x", "http://localhost:1/x"],
  ])("redirects %s to this machine", (asked, got) => expect(plainAddress(asked, { port: 8450 }, PAGE)).toBe(got));

  it("adds the edge's port to the SDK's fallback address", () => {
    expect(plainAddress("wss://gw.edge.localhost/ws/?p=8600", { port: 8450 }, PAGE)).toBe("ws://localhost:8450/ws/?p=8600");
  });

  it.each([
    "https://webrtc2-ap-web-1.agora.io/api/v2/transpond/webrtc?v=2",
    "wss://1-2-3-4.edge.agora.io:4711",
    "wss://edge.localhost.evil.example/",
    "https://notedge.localhost/",
    "https://evil.example/?edge.localhost",
    "http://ap.edge.localhost:8450/",
    "ws://localhost:8501/_stcore/stream",
    "/api/calls/1/stage",
  ])("leaves %s alone", (asked) => expect(plainAddress(asked, { port: 8450 }, PAGE)).toBe(asked));
});

describe("on a page whose server forwards to the edge", () => {
  it.each([
    ["https://ap.edge.localhost:8450/api/v2/transpond/webrtc?v=2", "https://studio.example/edge/api/v2/transpond/webrtc?v=2"],
    ["wss://gw.edge.localhost:8450", "wss://studio.example/edge/"],
    ["wss://gw.edge.localhost/ws/?p=8600", "wss://studio.example/edge/ws/?p=8600"],
    ["https://ap.edge.localhost?x=1", "https://studio.example/edge/?x=1"],
    ["wss://1-2-3-4.edge.agora.io:4711", "wss://1-2-3-4.edge.agora.io:4711"],
  ])("redirects %s to the page's origin", (asked, got) => {
    expect(plainAddress(asked, { port: 8450, path: "/edge" }, PAGE)).toBe(got);
  });

  it("keeps the page's scheme", () => {
    const plain = { protocol: "http:", host: "192.168.0.5:8501" };
    expect(plainAddress("wss://gw.edge.localhost:1", { port: 1, path: "/edge" }, plain)).toBe("ws://192.168.0.5:8501/edge/");
  });
});

describe("the shim in a page", () => {
  const opened: string[] = [];

  beforeEach(() => {
    vi.resetModules();
    opened.length = 0;
    class PlainSocket {
      constructor(readonly address: string) {
        opened.push(address);
      }
      get url(): string {
        return this.address;
      }
    }
    class PlainRequest {
      open(_method: string, url: string): void {
        opened.push(url);
      }
    }
    vi.stubGlobal("window", { WebSocket: PlainSocket, location: PAGE });
    vi.stubGlobal("XMLHttpRequest", PlainRequest);
  });

  it("reports the original address, from which the SDK reads host and port", async () => {
    const { installShim } = await import("../src/call/shim");
    installShim({ port: 9460 });
    const socket = new window.WebSocket("wss://gw.edge.localhost/ws/?p=9610");
    expect([opened[0], socket.url]).toEqual(["ws://localhost:9460/ws/?p=9610", "wss://gw.edge.localhost/ws/?p=9610"]);
    expect(new window.WebSocket("ws://localhost:8501/x").url).toBe("ws://localhost:8501/x");
  });

  it("wraps once, and uses the port of a newer edge", async () => {
    const { installShim } = await import("../src/call/shim");
    installShim({ port: 9460 });
    const wrapped = window.WebSocket;
    installShim({ port: 9999 });
    expect(window.WebSocket).toBe(wrapped);
    new XMLHttpRequest().open("POST", "https://ap.edge.localhost/api");
    expect(opened.at(-1)).toBe("http://localhost:9999/api");
  });
});
