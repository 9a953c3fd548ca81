/** The state of the page's call, and the log of what changed it. */

import type { Log } from "./log";
import { reduce } from "./machine";
import { type CallEvent, type CallState, INITIAL } from "./state";
import { Store } from "./store";

export class StateMachine extends Store<CallState> {
  constructor(private readonly log: Log) {
    super(INITIAL);
  }

  /** Watchers see the state after all events. */
  dispatch(...events: readonly CallEvent[]): void {
    let state = this.get();
    for (const event of events) {
      if (event.type === "launch" || (event.type === "ticket" && state.phase !== "asking")) this.log.clear();
      this.log.take(event, Date.now());
      state = reduce(state, event);
    }
    this.set(state);
  }
}
