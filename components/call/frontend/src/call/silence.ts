/** Measures how long both sides, and the caller, have been silent: the server ends a call that stays silent. Pure. */

import type { FieldsFromStage } from "../protocol";
import type { SoundEvent } from "./sound";

type Party = "caller" | "agent";

export class Silence {
  private readonly sounding = new Set<Party>();
  private readonly heardMs: Record<Party, number>;

  /** Times are performance.now() milliseconds. */
  constructor(nowMs: number) {
    this.heardMs = { caller: nowMs, agent: nowMs };
  }

  sound({ type, atMs }: SoundEvent): void {
    const side = type.startsWith("caller") ? "caller" : "agent";
    this.heardMs[side] = Math.max(this.heardMs[side], atMs);
    if (type.endsWith("started")) this.sounding.add(side);
    else this.sounding.delete(side);
  }

  /** A typed message counts as speech. */
  typed(nowMs: number): void {
    this.heardMs.caller = nowMs;
  }

  report(nowMs: number): FieldsFromStage<"heartbeat"> {
    const [caller, agent] = (["caller", "agent"] as const).map((side) =>
      this.sounding.has(side) ? 0 : Math.max(0, Math.round(nowMs - this.heardMs[side])),
    ) as [number, number];
    return { silent_ms: Math.min(caller, agent), caller_silent_ms: caller };
  }
}
