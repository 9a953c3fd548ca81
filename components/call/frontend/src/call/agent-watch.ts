/** What this page sees of the agent: started, in the channel, heard, and in which state; or that it never came. */

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

  /** The page was loaded again in the middle of the call. */
  get rejoined(): boolean {
    return this.elapsedMs > 0;
  }

  /** Reported again after every reconnection to the server. The agent may be in the channel before this answer. */
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

  /** Where the agent tells no state of its own, its sound is the best guess. */
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
