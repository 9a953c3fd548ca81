/** One call, from its ticket to its end: the order of joining, the order of leaving, and everything it opened closed again. */

import type { LeaveReason, ToStage } from "../protocol";
import type { Problem, Ticket } from "../ticket";
import { Conversation } from "./conversation";
import { joinProblem, lostProblem, microphoneFault, MICROPHONE_PROBLEMS, NO_AGENT, NOT_ACCEPTED } from "./faults";
import type { CallEvent, Mood, Step } from "./machine";
import { Meters } from "./meters";
import { loadSdk, Room } from "./rtc";
import { Server } from "./server";
import { installShim } from "./shim";
import type { SoundEvent } from "./sound";
import type { Store } from "./store";
import { Ears } from "./toolkit";
import type { Lines } from "./transcript";
import { pause, within } from "./wait";

const LOAD_MS = 30_000;
const JOIN_MS = 15_000;
const AGENT_MS = 30_000;
const GOODBYE_MS = 3000;
/** A refused start says why right after it says that it is over. */
const LAST_WORDS_MS = 600;
const FLASH_MS = 1400;

export class Run {
  readonly meters = new Meters((event) => this.sound(event));
  private readonly server: Server;
  private readonly conversation: Conversation;
  private room: Room | null = null;
  private ears: Ears | null = null;
  private stopped = false;
  private moodTold = false;
  private readonly startedMs = performance.now();
  private readonly done = new Set<Step>();
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private serverEnded: () => void = () => undefined;
  private readonly serverHasEnded = new Promise<void>((resolve) => (this.serverEnded = resolve));

  constructor(
    private readonly ticket: Ticket,
    lines: Store<Lines>,
    private readonly tell: (event: CallEvent) => void,
    private readonly assets: string,
  ) {
    this.server = new Server(ticket, {
      onMessage: (message) => this.serverSays(message),
      onOnline: (online) => this.tell({ type: "server", online }),
      onRefused: () => this.fail(NOT_ACCEPTED),
    });
    this.conversation = new Conversation(lines, (turn) => this.server.send("turn", turn));
  }

  /** In the channel with the microphone first, then the agent: so no greeting is lost. */
  async start(): Promise<void> {
    try {
      this.server.connect();
      this.step("ticket");
      if (this.ticket.edge !== null) installShim(this.ticket.edge.port);
      const load = Promise.all([loadSdk(), import("agora-agent-client-toolkit")]);
      const [sdk, toolkit] = await within(LOAD_MS, "Loading the call software", load);
      if (this.stopped) return;
      sdk.onAutoplayFailed = () => this.tell({ type: "sound_blocked", blocked: true });
      const room = this.enter(new Room(sdk, this.ticket, this.roomEvents()));
      this.ears = new Ears(toolkit, this.ticket.channel, this.heard());
      await this.ears.open();
      if (this.stopped) return this.ears.close();
      void this.meters.open(this.assets).catch((error: unknown) => this.log("meters_failed", String(error)));
      const joining = within(JOIN_MS, "Joining the channel", room.join()).then(() => this.step("channel"));
      await Promise.all([joining, this.openMicrophone(room)]);
      await room.publish();
      if (this.stopped) return;
      this.conversation.joined();
      this.server.send("joined", { uid: this.ticket.uid });
    } catch (error) {
      if (this.stopped) return; // cancelled: what was under way has been told to stop
      this.log("join_failed", String(error));
      this.sayEnd("cancelled");
      this.fail(joinProblem(error));
    }
  }

  /** A person pressed End or Cancel: the server stops the agent, then we leave and give the microphone back. */
  async finish(reason: Extract<LeaveReason, "ended" | "cancelled">): Promise<void> {
    this.conversation.close();
    this.sayEnd(reason);
    await Promise.race([this.serverHasEnded, pause(this.server.online ? GOODBYE_MS : LAST_WORDS_MS)]);
    this.over(reason, "");
  }

  /** The page goes away. */
  vanish(): void {
    if (!this.stopped) this.server.goodbye("tab_closed");
  }

  /** False when the line to the server is down: the text must stay where it was typed. */
  type(text: string): boolean {
    if (!this.server.online) return false;
    this.conversation.typed(text);
    this.server.send("typed", { text });
    return true;
  }

  async setMuted(muted: boolean): Promise<void> {
    this.meters.muted = muted;
    this.tell({ type: "muted", muted });
    await this.room?.setMuted(muted);
  }

  async unblock(): Promise<void> {
    this.room?.unblock();
    this.tell({ type: "sound_blocked", blocked: false });
    await this.meters.resume();
  }

  private enter(room: Room): Room {
    this.room = room;
    return room;
  }

  private async openMicrophone(room: Room): Promise<void> {
    this.tell({ type: "microphone", microphone: "asked" });
    try {
      this.meters.set("mic", await room.openMicrophone());
      this.tell({ type: "microphone", microphone: "open" });
    } catch (error) {
      const fault = microphoneFault(error);
      this.tell({ type: "microphone", microphone: fault });
      this.tell({ type: "problem", problem: MICROPHONE_PROBLEMS[fault] });
      this.log("microphone_failed", fault);
    }
    this.step("microphone");
  }

  private roomEvents(): ConstructorParameters<typeof Room>[2] {
    const isAgent = (uid: string | number) => String(uid) === String(this.ticket.agent_uid);
    return {
      onSomeoneJoined: (uid) => isAgent(uid) && this.agentSeen(),
      onSomeoneLeft: (uid, reason) => isAgent(uid) && this.server.send("agent_gone", { reason }),
      onVoice: (uid, track) => this.meters.set(`voice/${uid}`, track),
      onPiece: (uid, piece) => this.ears?.take(uid, piece),
      onConnection: (online) => this.tell({ type: "room", online }),
      onLost: (reason) => this.lost(reason),
      onTokenEnds: () => this.server.send("renew", {}),
      onFault: (what) => this.log("media_fault", what),
    };
  }

  private agentSeen(): void {
    this.step("agent");
    this.server.send("agent_seen", {});
    this.tell({ type: "agent_seen", atMs: Date.now() });
  }

  private heard(): ConstructorParameters<typeof Ears>[2] {
    return {
      onSpoken: (items) => this.conversation.hear(items),
      onMood: (mood) => {
        this.moodTold = true;
        this.tell({ type: "mood", mood });
      },
      onInterrupted: (turnId) => {
        this.conversation.interrupted(turnId);
        this.tell({ type: "interrupted", shown: true });
        this.later(FLASH_MS, () => this.tell({ type: "interrupted", shown: false }));
      },
      onVendorError: (module, code, message) => {
        this.log("vendor_error", `${module} ${code}: ${message}`);
        const advice = "The agent goes on as well as it can. If it stays silent, check that vendor's settings.";
        this.tell({ type: "problem", problem: { message: `The agent's ${module} reports ${code}: ${message}`, advice } });
      },
    };
  }

  /** Where the agent tells no state of its own, its sound is the best guess. */
  private sound(event: SoundEvent): void {
    this.conversation.sound(event);
    const guess: Partial<Record<SoundEvent["type"], Mood>> = {
      agent_started: "speaking", agent_stopped: "listening", person_started: "listening", person_stopped: "thinking",
    };
    const mood = guess[event.type];
    if (!this.moodTold && mood !== undefined) this.tell({ type: "mood", mood });
  }

  private serverSays({ type, fields }: ToStage): void {
    const text = (name: string) => String(fields[name] ?? "");
    if (type === "agent") this.later(AGENT_MS, () => this.agentMissing());
    if (type === "notice") this.tell({ type: "notice", text: text("text") });
    if (type === "token") void this.room?.renewToken(text("token")).catch((error: unknown) => this.log("renew_failed", String(error)));
    if (type === "ended") {
      this.serverEnded();
      this.over(text("reason"), text("detail"));
    }
    if (type === "problem") this.problem({ message: text("message"), advice: text("advice") }, fields["fatal"] === true);
  }

  private problem(problem: Problem, fatal: boolean): void {
    if (fatal) {
      this.fail(problem);
      return;
    }
    const unsent = this.conversation.typedFailed();
    if (unsent !== null) this.tell({ type: "unsent", text: unsent });
    this.tell({ type: "problem", problem });
  }

  private agentMissing(): void {
    if (this.stopped || this.done.has("agent")) return;
    this.server.send("event", { kind: "agent_missing", detail: `${AGENT_MS / 1000} s after its start` });
    this.sayEnd("cancelled");
    this.fail(NO_AGENT);
  }

  private lost(reason: string): void {
    this.log("channel_lost", reason);
    this.sayEnd("ended");
    this.fail(lostProblem(reason));
  }

  private sayEnd(reason: Extract<LeaveReason, "ended" | "cancelled">): void {
    if (this.server.online) this.server.send("end", { reason });
    else this.server.goodbye(reason);
  }

  private step(step: Step): void {
    this.done.add(step);
    this.tell({ type: "step", step, ms: Math.round(performance.now() - this.startedMs) });
  }

  private log(kind: string, detail: string): void {
    this.server.send("event", { kind, detail: detail.slice(0, 500) });
  }

  private later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      act();
    }, ms);
    this.timers.add(timer);
  }

  private over(reason: string, detail: string): void {
    if (this.stopped) return;
    this.leave();
    this.tell({ type: "over", reason, detail, atMs: Date.now() });
  }

  private fail(problem: Problem): void {
    if (!this.stopped) this.leave();
    this.tell({ type: "fail", problem, atMs: Date.now() });
  }

  /** Everything this call opened is closed; the line to the server stays a moment for its last words. */
  private leave(): void {
    this.stopped = true;
    this.conversation.close();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.ears?.close();
    void this.meters.close();
    void this.room?.leave().catch((error: unknown) => console.warn("Leaving the channel:", String(error)));
    setTimeout(() => this.server.close(), LAST_WORDS_MS);
  }
}
