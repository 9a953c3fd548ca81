/** A seat taken by hand: in a channel with whoever comes and goes, without a session or an agent of ours. No React. */

import type { UID } from "agora-rtc-sdk-ng";
import { Conversation } from "../call/conversation";
import type { Devices } from "../call/devices";
import { joinProblem, lostProblem, MICROPHONE_PROBLEMS } from "../call/faults";
import { Fitting } from "../call/fitting";
import type { Lines } from "../call/line";
import { Meters } from "../call/meters";
import { type Address, loadSdk, Room } from "../call/rtc";
import { installShim } from "../call/shim";
import type { Microphone } from "../call/state";
import { Store } from "../call/store";
import { within } from "../call/wait";
import type { Problem } from "../ticket";
import { AgentsHeard } from "./agents-heard";
import { changed, type Participant, type Participants, without } from "./participants";

const LOAD_MS = 30_000;
const JOIN_MS = 15_000;

export interface VisitAddress extends Address {
  readonly title: string;
  /** Tells one visit from the next. */
  readonly number: string;
}

export interface VisitState {
  readonly phase: "joining" | "in" | "failed" | "left";
  readonly uid: string;
  readonly others: Participants;
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
  private readonly agents: AgentsHeard;
  private over = false;

  constructor(
    readonly address: VisitAddress,
    private readonly assets: string,
    private readonly devices: Devices,
  ) {
    this.agents = new AgentsHeard(address.channel, this.conversation, {
      onMood: (uid, mood) => this.changed(uid, { mood }),
      onProblem: (problem) => this.know({ problem }),
    });
  }

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
    this.agents.close();
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
      onSomeoneJoined: (uid) => this.changed(uid, {}),
      onSomeoneLeft: (uid) => this.gone(uid),
      onVoice: (uid, track) => {
        this.meters.set(`voice/${uid}`, track);
        this.changed(uid, { voice: track !== null });
      },
      onPicture: (uid, picture) => this.changed(uid, { picture }),
      onPiece: (uid, piece) => this.agents.take(uid, piece),
      onConnection: (online) => this.know({ online }),
      onQuality: () => undefined,
      onLost: (reason) => this.fail(lostProblem(reason)),
      onTokenEnds: () => this.know({ problem: ENDS_SOON }),
      onFault: () => undefined,
      onMicrophoneEnded: () => this.fitting?.lost(),
      onSpeakerRefused: () => this.fitting?.speakerRefused(),
    };
  }

  private changed(uid: UID, change: Partial<Participant>): void {
    this.know({ others: changed(this.state.get().others, String(uid), change) });
  }

  private gone(uid: UID): void {
    this.agents.gone(String(uid));
    this.know({ others: without(this.state.get().others, String(uid)) });
  }

  private know(change: Partial<VisitState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

const ENDS_SOON: Problem = {
  message: "Your token ends within 30 seconds.",
  advice: "Leave, and join again with a fresh one; without it Agora ends the visit.",
};
