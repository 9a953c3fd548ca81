/** Reports steps and events of a call to the page's state and the server's event log. */

import type { ServerConnection } from "./server-connection";
import type { CallEvent, Step } from "./state";

export class Report {
  constructor(
    readonly dispatch: (event: CallEvent) => void,
    private readonly server: ServerConnection,
    /** Start of the launch, performance.now() milliseconds. */
    private readonly startedMs: number,
  ) {}

  step(step: Step): void {
    this.dispatch({ type: "step", step, ms: Math.round(performance.now() - this.startedMs) });
  }

  log(kind: string, detail: string): void {
    this.dispatch({ type: "noted", kind, detail });
    this.server.send("event", { kind, detail: detail.slice(0, 500) });
  }
}
