/** `window.__greenroom`: what tests and curious people may see of the call; copies, and neither token nor capability. */

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
