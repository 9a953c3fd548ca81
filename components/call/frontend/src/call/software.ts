/** What a call needs besides this bundle: Agora's SDK and its toolkit, half a megabyte. The browser loads each file once. */

import type { Toolkit } from "./agent-messages";
import { loaded, loadSdk, type Sdk } from "./channel";

export function loadToolkit(): Promise<Toolkit> {
  return loaded(import("agora-agent-client-toolkit"));
}

export function callSoftware(): Promise<[Sdk, Toolkit]> {
  return Promise.all([loadSdk(), loadToolkit()]);
}

/** Load it in advance; a failure shows when the call needs it. */
export function warmCallSoftware(): void {
  void callSoftware().catch(() => undefined);
}
