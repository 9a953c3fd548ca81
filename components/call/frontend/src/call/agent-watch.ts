/** What this page sees of the agent: started, in the channel, heard, and in which state; or that it never came. */

import type { Report } from "./report";
import type { Server } from "./server-connection";
import type { SoundEvent } from "./sound";
import type { Mood } from "./state";
import { Timers } from "./timers";

const AGENT_MS = 30_000;

export class AgentWatch {
  private startTold = false;
  private seen = false;
  private heard = false;
  private moodTold = false;
  private readonly timers = new Timers();

  constructor(
    private readonly report: Report,
    private readonly server: Server,
    private readonly elapsedMs: number,
    private readonly onMissing: () => void,
  ) {}

  /** The page was loaded again in the middle of the call. */
  get rejoined(): boolean {
    return this.elapsedMs > 0;
  }

  /** Reported again after every reconnection to the server. The agent may be in the channel before this answer. */
  started(): void {
    if (this.startTold) return;
    this.startTold = true;
    this.report.step("agent");
    this.timers.later(AGENT_MS, () => this.missing());
  }

  came(): void {
    if (!this.seen) this.report.step("seen");
    this.seen = true;
    this.server.send("agent_seen", {});
    this.report.tell({ type: "agent_seen", atMs: Date.now() - this.elapsedMs });
  }

  mood(mood: Mood): void {
    this.moodTold = true;
    this.report.tell({ type: "mood", mood });
  }

  /** Where the agent tells no state of its own, its sound is the best guess. */
  sound({ type }: SoundEvent): void {
    if (type === "agent_started" && !this.heard) {
      this.heard = true;
      this.report.step("sound");
    }
    if (!this.moodTold) this.report.tell({ type: "mood", mood: MOOD_BY_SOUND[type] });
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

const MOOD_BY_SOUND: Record<SoundEvent["type"], Mood> = {
  agent_started: "speaking",
  agent_stopped: "listening",
  person_started: "listening",
  person_stopped: "thinking",
};
