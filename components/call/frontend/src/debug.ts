/** `window.__greenroom`: copies of the call's state for tests and debugging, without token and capability. */

import type { Call } from "./call/call";

export function expose(call: Call): void {
  const view = {
    get state() {
      return { ...call.state.get() };
    },
    get turns() {
      return call.lines.get().map((line) => ({ ...line }));
    },
    get levels() {
      return { ...call.levels };
    },
  };
  Object.defineProperty(window, "__greenroom", { value: Object.freeze(view), configurable: true });
}
