/** Follows the agent of a call: started, in the channel, first audio, its state; or that it never joined. */

import type { Report } from "./report";
import type { ServerConnection } from "./server-connection";
import type { SoundEvent } from "./sound";
import type { AgentState } from "./state";
import { Timers } from "./timers";

const AGENT_MS = 30_000;

export class AgentWatch {
  private startReported = false;
  private seen = false;
  private heard = false;
  private stateReported = false;
  private readonly timers = new Timers();

  constructor(
    private readonly report: Report,
    private readonly server: ServerConnection,
    private readonly elapsedMs: number,
    private readonly onMissing: () => void,
  ) {}

  /** Whether the page was reloaded during the call. */
  get rejoined(): boolean {
    return this.elapsedMs > 0;
  }

  /** The server reports the start again after every reconnection. The agent may join the channel before the first report. */
  started(): void {
    if (this.startReported) return;
    this.startReported = true;
    this.report.step("agent");
    this.timers.later(AGENT_MS, () => this.missing());
  }

  came(): void {
    if (!this.seen) this.report.step("seen");
    this.seen = true;
    this.server.send("agent_seen", {});
    this.report.dispatch({ type: "agent_seen", atMs: Date.now() - this.elapsedMs });
  }

  agentState(agentState: AgentState): void {
    this.stateReported = true;
    this.report.dispatch({ type: "agent_state", agentState });
  }

  /** Derives the agent's state from its audio until the agent reports one itself. */
  sound({ type }: SoundEvent): void {
    if (type === "agent_started" && !this.heard) {
      this.heard = true;
      this.report.step("sound");
    }
    if (!this.stateReported) this.report.dispatch({ type: "agent_state", agentState: STATE_BY_SOUND[type] });
  }

  close(): void {
    this.timers.clear();
  }

  private missing(): void {
    if (this.seen) return;
    this.report.log("agent_missing", `${AGENT_MS / 1000} s after its start`);
    this.onMissing();
  }
}

const STATE_BY_SOUND: Record<SoundEvent["type"], AgentState> = {
  agent_started: "speaking",
  agent_stopped: "listening",
  caller_started: "listening",
  caller_stopped: "thinking",
};
