/** Watches a call: joins its channel as a listener, polls its state, sends notes. No Preact. */

import type { Devices } from "../call/devices";
import { ASIDE, type Lines, normalized } from "../call/line";
import { restored } from "../call/restored";
import { Store } from "../call/store";
import { inOrder } from "../call/transcript";
import { type GuestAddress, GuestCall } from "../guest/guest-call";
import { askLink } from "../link-requests";
import type { Problem, RecordedTurn } from "../ticket";

/** What a watcher joins, with the turns so far. */
export interface WatchSeat extends GuestAddress {
  readonly agent_uid: number;
  readonly user_uid: number;
  readonly agent_name: string;
  readonly said: readonly RecordedTurn[];
}

/** The polled state of the call; latencies in ms. */
export interface WatchedNow {
  readonly live: boolean;
  /** Differs from the seat's if another call has replaced the watched one. */
  readonly channel: string;
  readonly elapsed_s: number;
  readonly turns: number;
  readonly latency_ms: number | null;
  readonly median_ms: number | null;
  readonly notes: number;
}

/** Everything that the page shows besides the call's own state. */
export interface WatchState {
  /** over: the call has ended, notes can still be written · refused: the link opens nothing, or nothing any more. */
  readonly phase: "loading" | "watching" | "over" | "refused";
  readonly seat: WatchSeat | null;
  readonly now: WatchedNow | null;
  readonly problem: Problem | null;
}

/** The server's limits of a note and its author's name, in characters. */
export const NOTE_MAX = 1000;
export const AUTHOR_MAX = 60;
const LOOK_MS = 1500;
const UNREACHED: Problem = { message: "Couldn't reach the server.", advice: "Check your connection. The page tries again." };

class WatchRefused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/** One watcher's page, from {@link open} until {@link leave}. */
export class Watching {
  readonly state = new Store<WatchState>({ phase: "loading", seat: null, now: null, problem: null });
  call: GuestCall | null = null;
  private volume = 100;
  private looking = false;
  private timer: ReturnType<typeof setInterval> | null = null;

  /** `path`: `/w/{link}`; `fragment`: the key. */
  constructor(
    private readonly path: string,
    private readonly fragment: string,
    private readonly assets: string,
    private readonly devices: Devices,
  ) {}

  /** Resolves after the first attempt; it is repeated if the server can't be reached. */
  async open(): Promise<void> {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    await this.look();
  }

  /** False if the note wasn't saved. */
  async note(text: string, author: string): Promise<boolean> {
    try {
      this.update({ now: await this.ask<WatchedNow>("note", { text, author }), problem: null });
      return true;
    } catch (error) {
      this.update({ problem: problemOf(error) });
      return false;
    }
  }

  /** Playback volume, 0..100, also for a call that replaces this one. */
  setVolume(volume: number): void {
    this.volume = volume;
    this.call?.setVolume(volume);
  }

  leave(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.call?.leave();
  }

  private async enter(): Promise<void> {
    const seat = await this.ask<WatchSeat>("enter");
    this.call?.leave();
    const call = new GuestCall(seat, this.assets, this.devices, true);
    call.lines.set(before(restored(seat.said)));
    this.call = call;
    this.update({ phase: "watching", seat });
    call.state.watch(() => call.setVolume(this.volume));
    void call.join().then(() => this.catchUp(call));
  }

  /** Adds the turns between the first request and the join, which this page missed. */
  private async catchUp(call: GuestCall): Promise<void> {
    if (call.state.get().phase !== "in") return;
    const seat = await this.ask<WatchSeat>("enter").catch(() => null);
    if (seat?.channel === call.address.channel) call.lines.set(withMissed(call.lines.get(), seat.said));
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      if (this.call === null) await this.enter();
      const now = await this.ask<WatchedNow>("look");
      this.update(this.state.get().problem === UNREACHED ? { now, problem: null } : { now });
      if (now.live && now.channel !== this.state.get().seat?.channel) await this.enter();
      if (!now.live) this.over(null);
    } catch (error) {
      if (error instanceof WatchRefused) this.over(error.problem);
      else this.update({ problem: UNREACHED });
    } finally {
      this.looking = false;
    }
  }

  private over(problem: Problem | null): void {
    this.leave();
    this.update({ phase: problem === null ? "over" : "refused", problem });
  }

  /** Rejects with {@link WatchRefused} if the server rejects the request, or with a network error. */
  private async ask<T>(what: string, body: Record<string, unknown> = {}): Promise<T> {
    const link = encodeURIComponent(this.path.split("/").at(-1) ?? "");
    const { ok, said } = await askLink(`/api/watch/${link}/${what}`, { key: this.fragment.replace(/^#/, ""), ...body });
    if (ok) return said as T;
    const { error, advice } = said as Record<string, unknown>;
    throw new WatchRefused({ message: String(error ?? UNREACHED.message), advice: String(advice ?? "") });
  }

  private update(change: Partial<WatchState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

/** Lines from before this page joined, with turn IDs below those of later ones, which this page counts from 0. */
export function before(lines: Lines): Lines {
  return lines.map((line) => ({
    ...line,
    turnId: line.turnId === null ? null : line.turnId - 2 * ASIDE,
    ...(line.after === undefined ? {} : { after: line.after - 2 * ASIDE }),
  }));
}

/** The lines with stored turns that are neither among those from before nor heard since, placed between the two. */
function withMissed(lines: Lines, said: readonly RecordedTurn[]): Lines {
  const heard = lines.filter(({ turnId }) => (turnId ?? 0) > -ASIDE);
  const missed = before(restored(said)).filter(
    ({ key, speaker, text }) =>
      !lines.some((line) => line.key === key) &&
      !heard.some((line) => line.speaker === speaker && normalized(text).startsWith(normalized(line.text))),
  );
  return inOrder([...lines, ...missed]);
}

function problemOf(error: unknown): Problem {
  return error instanceof WatchRefused ? error.problem : UNREACHED;
}
