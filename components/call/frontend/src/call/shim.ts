/** Lets Agora's SDK reach the offline twin: the SDK knows https and wss only, at addresses of its own form.
 *
 * On the twin's machine, requests go to its port, over http and ws; with a `path`, to the page's own server, which forwards them.
 * Applies to hosts under `edge.localhost`, a reserved name; all other requests pass unchanged.
 */

import type { EdgeAddress } from "../ticket";

const SENTINEL = /^(https|wss):\/\/(?:[a-z0-9-]+\.)*edge\.localhost(:\d+)?(\/|(?=[?#])|$)/i;

export type EdgePlace = Pick<EdgeAddress, "port" | "path">;

let place: EdgePlace = { port: 0 };
let installed = false;

/** The address to request instead. The edge's port is used if the SDK names none, as in its fallback `wss://…/ws/?p=…`. */
export function plainAddress(address: string, edge: EdgePlace, page: Pick<Location, "protocol" | "host">): string {
  return address.replace(SENTINEL, (_all, scheme: string, given: string | undefined, slash: string) => {
    const socket = scheme.toLowerCase() === "wss";
    // Without a trailing slash, the path would be another resource, which the server doesn't forward.
    if (edge.path) return `${socket ? page.protocol.replace("http", "ws") : page.protocol}//${page.host}${edge.path}/`;
    return `${socket ? "ws" : "http"}://localhost${given ?? (edge.port > 0 ? `:${edge.port}` : "")}${slash}`;
  });
}

/** Call before the SDK opens anything. Wraps the page once; later calls update the edge's place. */
export function installShim(edge: EdgePlace): void {
  place = edge.port > 0 ? edge : place;
  if (installed) return;
  installed = true;
  wrapRequests();
  wrapSockets();
}

function wrapRequests(): void {
  const open = XMLHttpRequest.prototype.open as (this: XMLHttpRequest, ...args: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]) {
    open.call(this, method, plainAddress(String(url), place, window.location), ...rest);
  } as typeof XMLHttpRequest.prototype.open;
}

function wrapSockets(): void {
  const Plain = window.WebSocket;
  window.WebSocket = class WebSocket extends Plain {
    readonly #asked: string;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(plainAddress(String(url), place, window.location), protocols);
      this.#asked = String(url);
    }

    /** The SDK reads its edge's host and port from this, so it must be the address that it asked for. */
    override get url(): string {
      return SENTINEL.test(this.#asked) ? this.#asked : super.url;
    }
  };
}
