/** Lets Agora's SDK reach the offline twin: the SDK knows https and wss only, the twin on this machine speaks http and ws.
 *
 * Only hosts under `edge.localhost` are touched, a reserved name; all other requests pass unchanged.
 */

const SENTINEL = /^(https|wss):\/\/(?:[a-z0-9-]+\.)*edge\.localhost(:\d+)?(?=[/?#]|$)/i;

let port = 0;
let installed = false;

/** The address that is really asked. `edgePort` is used when the SDK names none, as in its fallback `wss://…/ws/?p=…`. */
export function plainAddress(address: string, edgePort: number): string {
  return address.replace(SENTINEL, (_all, scheme: string, given: string | undefined) => {
    const plain = scheme.toLowerCase() === "wss" ? "ws" : "http";
    return `${plain}://localhost${given ?? (edgePort > 0 ? `:${edgePort}` : "")}`;
  });
}

/** Once a page, before the SDK opens anything; a later call only tells the port of a newer edge. */
export function installShim(edgePort: number): void {
  port = edgePort > 0 ? edgePort : port;
  if (installed) return;
  installed = true;
  wrapRequests();
  wrapSockets();
}

function wrapRequests(): void {
  const open = XMLHttpRequest.prototype.open as (this: XMLHttpRequest, ...args: unknown[]) => void;
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, method: string, url: string | URL, ...rest: unknown[]) {
    open.call(this, method, plainAddress(String(url), port), ...rest);
  } as typeof XMLHttpRequest.prototype.open;
}

function wrapSockets(): void {
  const Plain = window.WebSocket;
  window.WebSocket = class WebSocket extends Plain {
    readonly #asked: string;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(plainAddress(String(url), port), protocols);
      this.#asked = String(url);
    }

    /** The SDK reads host and port of its edge out of this, so for the sentinel it must be what it asked for. */
    override get url(): string {
      return SENTINEL.test(this.#asked) ? this.#asked : super.url;
    }
  };
}
