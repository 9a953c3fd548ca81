/** A guest's part of a blind comparison: the ballot, which sides were met, and the vote. Knows no option by name. No React. */

import { readStored, store } from "../call/storage";
import { Store } from "../call/store";
import { pause } from "../call/wait";
import type { Problem } from "../ticket";
import { type BallotPaper, type Choice, GuestRefused, type GuestRequests, type Side } from "./requests";

/** Both voices after one another, in one of the two orders. */
export type Order = "ab" | "ba";

export interface ComparisonState {
  readonly paper: BallotPaper | null;
  /** The side that is talked to, or plays now. */
  readonly side: Side | null;
  /** The orders that were heard to their end. */
  readonly heard: readonly Order[];
  readonly busy: boolean;
  readonly problem: Problem | null;
}

const INITIAL: ComparisonState = { paper: null, side: null, heard: [], busy: false, problem: null };
/** With the ID of a link: the name the server gave this browser there. Without one, the server names a new voter. */
const VOTER = "greenroom.voter.";
const GAP_MS = 500;

export class BlindVote {
  readonly state = new Store<ComparisonState>(INITIAL);

  /** `play` resolves when a sound has been played to its end. */
  constructor(
    private readonly requests: GuestRequests,
    private readonly password: () => string,
    private readonly play: (sound: Blob) => Promise<void> = playSound,
  ) {}

  /** The open ballot of this voter with what was met so far, or a new one. */
  async open(): Promise<void> {
    if (this.state.get().busy) return;
    await this.trying(async () => {
      const key = VOTER + this.requests.linkId;
      const paper = await this.requests.ballot(this.password(), readStored(key) ?? "");
      store(key, paper.voter);
      const { paper: before, heard } = this.state.get();
      this.know({ paper, heard: before?.id === paper.id ? heard : [] });
    });
  }

  talksTo(side: Side): void {
    this.know({ side, problem: null });
  }

  /** The server has counted the meeting; the page shows it. */
  met(side: Side): void {
    const { paper } = this.state.get();
    if (paper !== null && !paper.met.includes(side)) this.know({ paper: { ...paper, met: [...paper.met, side] } });
  }

  async listen(order: Order): Promise<void> {
    const { paper } = this.state.get();
    if (paper === null) return;
    await this.trying(async () => {
      const sides = [...order] as Side[];
      const sounds = await Promise.all(sides.map((side) => this.requests.sample(this.password(), paper.id, side)));
      for (const [place, side] of sides.entries()) {
        this.know({ side });
        await this.play(sounds[place] as Blob);
        this.met(side);
        if (place === 0) await pause(GAP_MS);
      }
      this.know({ heard: [...new Set([...this.state.get().heard, order])] });
    });
    this.know({ side: null });
  }

  /** Whether everything was met that a vote is about. */
  get complete(): boolean {
    const { paper, heard } = this.state.get();
    return paper !== null && paper.met.length === 2 && (paper.kind === "talk" || heard.length === 2);
  }

  async vote(choice: Choice, why: string): Promise<void> {
    const { paper } = this.state.get();
    if (paper === null || !this.complete) return;
    await this.trying(async () => this.know({ paper: await this.requests.vote(this.password(), paper.id, choice, why) }));
  }

  private async trying(act: () => Promise<void>): Promise<void> {
    this.know({ busy: true, problem: null });
    try {
      await act();
    } catch (error) {
      this.know({ problem: error instanceof GuestRefused ? error.problem : { message: String(error), advice: "" } });
    }
    this.know({ busy: false });
  }

  private know(change: Partial<ComparisonState>): void {
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
