/** Levels of both sides over the last 30 s, in slots of 100 ms, and when the agent was interrupted. Pure. */

/** Length of a slot. */
export const SLOT_MS = 100;
/** Number of slots in the history. */
export const SLOTS = 300;

/** A ring buffer of levels. */
export class LevelHistory {
  private readonly mic = new Float32Array(SLOTS);
  private readonly agent = new Float32Array(SLOTS);
  private readonly marked = new Uint8Array(SLOTS);
  /** Number of the newest slot since the start of the clock; -1 = none yet. */
  newest = -1;

  /** Adds levels 0..1 at a time in ms; a slot keeps the loudest. */
  push(atMs: number, mic: number, agent: number): void {
    const at = this.reach(atMs);
    this.mic[at] = Math.max(this.mic[at] as number, mic);
    this.agent[at] = Math.max(this.agent[at] as number, agent);
  }

  mark(atMs: number): void {
    this.marked[this.reach(atMs)] = 1;
  }

  /** Visits the slots from the oldest (0) to the newest (SLOTS - 1). */
  each(visit: (place: number, mic: number, agent: number, marked: boolean) => void): void {
    if (this.newest < 0) return;
    for (let place = 0; place < SLOTS; place++) {
      const at = (this.newest + 1 + place) % SLOTS;
      visit(place, this.mic[at] as number, this.agent[at] as number, this.marked[at] === 1);
    }
  }

  /** The index of that time in the ring buffer; clears the slots since the newest one. */
  private reach(atMs: number): number {
    const step = Math.floor(atMs / SLOT_MS);
    const from = Math.max(this.newest + 1, step - SLOTS + 1);
    for (let fresh = from; fresh <= step; fresh++) {
      const at = fresh % SLOTS;
      this.mic[at] = this.agent[at] = this.marked[at] = 0;
    }
    this.newest = Math.max(this.newest, step);
    return step % SLOTS;
  }
}
