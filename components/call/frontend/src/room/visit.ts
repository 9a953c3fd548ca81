/** A seat taken by hand: in a channel with whoever comes and goes, without a session or an agent of ours. No React. */

import type { UID } from "agora-rtc-sdk-ng";
import { Conversation } from "../call/conversation";
import type { Devices } from "../call/devices";
import { joinProblem, lostProblem, MICROPHONE_PROBLEMS } from "../call/faults";
import { Fitting } from "../call/fitting";
import type { Microphone, Mood } from "../call/machine";
import { Meters } from "../call/meters";
import { type Address, loadSdk, Room } from "../call/rtc";
import { installShim } from "../call/shim";
import { Store } from "../call/store";
import { Ears } from "../call/toolkit";
import type { Lines } from "../call/transcript";
import { within } from "../call/wait";
import type { Problem } from "../ticket";

const LOAD_MS = 30_000;
const JOIN_MS = 15_000;

export interface VisitAddress extends Address {
  readonly title: string;
  /** Tells one visit from the next. */
  readonly number: string;
}

export interface Someone {
  readonly uid: string;
  readonly voice: boolean;
  readonly picture: MediaStreamTrack | null;
  readonly mood: Mood | null;
}

export interface VisitState {
  readonly phase: "joining" | "in" | "failed" | "left";
  readonly uid: string;
  readonly others: readonly Someone[];
  readonly online: boolean;
  readonly microphone: Microphone;
  readonly muted: boolean;
  readonly soundBlocked: boolean;
  readonly problem: Problem | null;
}

const ALONE: VisitState = {
  phase: "joining",
  uid: "",
  others: [],
  online: true,
  microphone: "off",
  muted: false,
  soundBlocked: false,
  problem: null,
};

export class Visit {
  readonly state = new Store<VisitState>(ALONE);
  readonly lines = new Store<Lines>([]);
  private readonly conversation = new Conversation(this.lines, () => undefined);
  private readonly meters = new Meters((event) => this.conversation.sound(event));
  private room: Room | null = null;
  private fitting: Fitting | null = null;
  /** One for each agent: each numbers its turns for itself. */
  private readonly ears = new Map<string, Ears>();
  /** How often each uid has left: who comes back under it is another agent. */
  private readonly farewells = new Map<string, number>();
  /** Agent and its turn → the turn's place in this visit, in the order of their first words. */
  private readonly turns = new Map<string, number>();
  private hearing: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    readonly address: VisitAddress,
    private readonly assets: string,
    private readonly devices: Devices,
  ) {}

  get level(): number {
    return this.meters.levels.mic;
  }

  async join(): Promise<void> {
    if (this.address.edge !== null) installShim(this.address.edge.port);
    try {
      const sdk = await within(LOAD_MS, "Loading the call software", loadSdk());
      if (this.over) return;
      sdk.onAutoplayFailed = () => this.know({ soundBlocked: true });
      const room = new Room(sdk, this.address, this.events());
      this.room = room;
      void this.meters.open(this.assets).catch(() => undefined);
      const uid = await within(JOIN_MS, "Joining the channel", room.join());
      if (this.over) return;
      this.conversation.joined();
      this.know({ phase: "in", uid: String(uid) });
      await this.openMicrophone(room);
      await room.publish();
    } catch (error) {
      if (!this.over) this.fail(joinProblem(error));
    }
  }

  async setMuted(muted: boolean): Promise<void> {
    this.know({ muted });
    this.meters.muted = muted;
    await this.room?.setMuted(muted);
  }

  async unblock(): Promise<void> {
    this.know({ soundBlocked: false });
    this.room?.unblock();
    await this.meters.resume();
  }

  leave(): void {
    if (this.over) return;
    this.close();
    this.know({ phase: "left", others: [] });
  }

  private fail(problem: Problem): void {
    this.close();
    this.know({ phase: "failed", problem, others: [] });
  }

  private close(): void {
    this.over = true;
    this.conversation.close();
    this.fitting?.close();
    for (const ears of this.ears.values()) ears.close();
    this.ears.clear();
    void this.meters.close();
    void this.room?.leave().catch((error: unknown) => console.warn("Leaving the channel:", String(error)));
  }

  private async openMicrophone(room: Room): Promise<void> {
    this.know({ microphone: "asked" });
    this.fitting = new Fitting(this.devices, room, {
      onMicrophone: (microphone, track) => {
        this.meters.set("mic", track);
        const problem =
          microphone === "denied" || microphone === "missing" || microphone === "busy" ? MICROPHONE_PROBLEMS[microphone] : null;
        this.know({ microphone, problem });
      },
      onLog: () => undefined,
    });
    await this.fitting.open();
  }

  private events(): ConstructorParameters<typeof Room>[2] {
    return {
      wants: () => true,
      onSomeoneJoined: (uid) => this.someone(uid, {}),
      onSomeoneLeft: (uid) => this.gone(uid),
      onVoice: (uid, track) => {
        this.meters.set(`voice/${uid}`, track);
        this.someone(uid, { voice: track !== null });
      },
      onPicture: (uid, picture) => this.someone(uid, { picture }),
      onPiece: (uid, piece) => this.take(uid, piece),
      onConnection: (online) => this.know({ online }),
      onQuality: () => undefined,
      onLost: (reason) => this.fail(lostProblem(reason)),
      onTokenEnds: () => this.know({ problem: ENDS_SOON }),
      onFault: () => undefined,
      onMicrophoneEnded: () => this.fitting?.lost(),
      onSpeakerRefused: () => this.fitting?.speakerRefused(),
    };
  }

  /** In order, although opening the first ears takes a moment. */
  private take(uid: UID, piece: Uint8Array): void {
    this.hearing = this.hearing.then(async () => (await this.earsOf(uid))?.take(uid, piece));
  }

  private async earsOf(uid: UID): Promise<Ears | null> {
    const known = this.ears.get(String(uid));
    if (known !== undefined || this.over) return known ?? null;
    const left = this.farewells.get(String(uid)) ?? 0;
    const name = left === 0 ? String(uid) : `${uid} (${left + 1})`;
    const ears = new Ears(await import("agora-agent-client-toolkit"), this.address.channel, {
      onSpoken: (items) =>
        this.conversation.hear(
          items.map((item) => ({
            ...item,
            turnId: this.turn(name, item.turnId),
            publisher: item.speaker === "agent" ? name : item.publisher,
          })),
        ),
      onMood: (mood) => this.someone(uid, { mood }),
      onInterrupted: (turnId) => this.conversation.interrupted(this.turn(name, turnId)),
      onStages: () => undefined,
      onVendorError: (module, code, message) =>
        this.know({
          problem: {
            message: `The ${module} of agent ${uid} reports ${code}: ${message}`,
            advice: "Whoever started the agent can change its settings.",
          },
        }),
    });
    this.ears.set(String(uid), ears);
    await ears.open();
    return ears;
  }

  private turn(name: string, turnId: number): number {
    const key = `${name}/${turnId}`;
    const known = this.turns.get(key) ?? this.turns.size;
    this.turns.set(key, known);
    return known;
  }

  private someone(uid: UID, change: Partial<Someone>): void {
    const { others } = this.state.get();
    const at = others.findIndex((one) => one.uid === String(uid));
    const found = others[at];
    // Whoever has left has their tracks taken away after that.
    if (found === undefined && Object.values(change).some((value) => value === null || value === false)) return;
    const fresh: Someone = { ...(found ?? { uid: String(uid), voice: false, picture: null, mood: null }), ...change };
    this.know({ others: found === undefined ? [...others, fresh] : others.with(at, fresh) });
  }

  private gone(uid: UID): void {
    const name = String(uid);
    this.ears.get(name)?.close();
    this.ears.delete(name);
    this.farewells.set(name, (this.farewells.get(name) ?? 0) + 1);
    this.know({ others: this.state.get().others.filter((one) => one.uid !== name) });
  }

  private know(change: Partial<VisitState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

const ENDS_SOON: Problem = {
  message: "Your token ends within 30 seconds.",
  advice: "Leave, and join again with a fresh one; without it Agora ends the visit.",
};
