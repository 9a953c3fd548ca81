/** A guest's blind comparison: the ballot, which options were tried, and the vote. No Preact. */

import { readStored, store } from "../call/storage";
import { Store } from "../call/store";
import { pause } from "../call/wait";
import type { Problem } from "../ticket";
import { type Ballot, type Choice, GuestRefused, type GuestRequests, type Side } from "./requests";

/** The order in which both voices are played. */
export type Order = "ab" | "ba";

/** Everything that the page shows of a comparison. */
export interface ComparisonState {
  readonly ballot: Ballot | null;
  /** The option that is talked to, or is playing. */
  readonly side: Side | null;
  /** The orders that were played to their end. */
  readonly heard: readonly Order[];
  readonly busy: boolean;
  readonly problem: Problem | null;
}

const INITIAL: ComparisonState = { ballot: null, side: null, heard: [], busy: false, problem: null };
/** With the ID of a link: the name the server gave this browser there. Without one, the server names a new voter. */
const VOTER = "greenroom.voter.";
const GAP_MS = 500;

/** One guest's comparison. */
export class BlindVote {
  readonly state = new Store<ComparisonState>(INITIAL);

  /** `play` resolves when a sample has been played to its end. */
  constructor(
    private readonly requests: GuestRequests,
    private readonly password: () => string,
    private readonly play: (sound: Blob) => Promise<void> = playSound,
  ) {}

  /** Loads the open ballot of this voter, or a new one. */
  async open(): Promise<void> {
    if (this.state.get().busy) return;
    await this.trying(async () => {
      const key = VOTER + this.requests.linkId;
      const ballot = await this.requests.ballot(this.password(), readStored(key) ?? "");
      store(key, ballot.voter);
      const { ballot: before, heard } = this.state.get();
      this.update({ ballot, heard: before?.id === ballot.id ? heard : [] });
    });
  }

  talksTo(side: Side): void {
    this.update({ side, problem: null });
  }

  /** The guest has tried this option, as the server knows. */
  met(side: Side): void {
    const { ballot } = this.state.get();
    if (ballot !== null && !ballot.met.includes(side)) this.update({ ballot: { ...ballot, met: [...ballot.met, side] } });
  }

  async listen(order: Order): Promise<void> {
    const { ballot } = this.state.get();
    if (ballot === null) return;
    await this.trying(async () => {
      const sides = [...order] as Side[];
      const sounds = await Promise.all(sides.map((side) => this.requests.sample(this.password(), ballot.id, side)));
      for (const [place, side] of sides.entries()) {
        this.update({ side });
        await this.play(sounds[place] as Blob);
        this.met(side);
        if (place === 0) await pause(GAP_MS);
      }
      this.update({ heard: [...new Set([...this.state.get().heard, order])] });
    });
    this.update({ side: null });
  }

  /** Whether the guest has tried everything and can vote. */
  get complete(): boolean {
    const { ballot, heard } = this.state.get();
    return ballot !== null && ballot.met.length === 2 && (ballot.kind === "talk" || heard.length === 2);
  }

  async vote(choice: Choice, why: string): Promise<void> {
    const { ballot } = this.state.get();
    if (ballot === null || !this.complete) return;
    await this.trying(async () => this.update({ ballot: await this.requests.vote(this.password(), ballot.id, choice, why) }));
  }

  private async trying(act: () => Promise<void>): Promise<void> {
    this.update({ busy: true, problem: null });
    try {
      await act();
    } catch (error) {
      this.update({ problem: error instanceof GuestRefused ? error.problem : { message: String(error), advice: "" } });
    }
    this.update({ busy: false });
  }

  private update(change: Partial<ComparisonState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

function playSound(sound: Blob): Promise<void> {
  const address = URL.createObjectURL(sound);
  const audio = new Audio(address);
  return new Promise<void>((resolve, reject) => {
    audio.onended = () => resolve();
    audio.onerror = () => reject(new Error("The sample can't be played."));
    audio.play().catch(reject);
  }).finally(() => URL.revokeObjectURL(address));
}
