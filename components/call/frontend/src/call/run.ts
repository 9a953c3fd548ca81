/** One call, from its ticket to its end: the order of joining and of leaving, and what follows from what is heard. */

import type { LeaveReason, Priority, ToStage } from "../protocol";
import type { Problem, Ticket } from "../ticket";
import { Conversation } from "./conversation";
import { joinProblem, lostProblem, MICROPHONE_PROBLEMS, NO_AGENT, NOT_ACCEPTED, vendorProblem } from "./faults";
import type { CallEvent, Microphone, Mood, Step } from "./machine";
import type { Levels } from "./meters";
import type { PictureFrame } from "./picture";
import { Changes, type Quality } from "./quality";
import { type Belongings, Seat, type SeatEvents } from "./seat";
import { Server } from "./server";
import { Silence } from "./silence";
import type { SoundEvent } from "./sound";
import type { Store } from "./store";
import type { Trace } from "./trace";
import type { Lines, Written } from "./transcript";
import { pause } from "./wait";

const AGENT_MS = 30_000;
const GOODBYE_MS = 3000;
/** A refused start says why right after it says that it is over. */
const LAST_WORDS_MS = 600;
const FLASH_MS = 1400;

type Wish = Extract<LeaveReason, "ended" | "cancelled">;

export class Run {
  private readonly server: Server;
  private readonly seat: Seat;
  private readonly conversation: Conversation;
  private readonly startedMs = performance.now();
  private readonly changes = new Changes();
  private readonly silence = new Silence(this.startedMs);
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private stopped = false;
  private vanished = false;
  private agentSeen = false;
  private soundHeard = false;
  private startTold = false;
  private messages = 0;
  private moodTold = false;
  private serverEnded: () => void = () => undefined;
  private readonly serverHasEnded = new Promise<void>((resolve) => (this.serverEnded = resolve));

  constructor(
    private readonly ticket: Ticket,
    lines: Store<Lines>,
    private readonly tell: (event: CallEvent) => void,
    private readonly picture: PictureFrame,
    assets: string,
    own: Belongings,
  ) {
    this.server = new Server(ticket, {
      onMessage: (message) => this.serverSays(message),
      onOnline: (online) => this.tell({ type: "server", online }),
      onRefused: () => this.fail(NOT_ACCEPTED),
      silence: () => this.silence.told(performance.now()),
    });
    this.conversation = new Conversation(lines, (turn) => this.server.send("turn", turn));
    this.seat = new Seat(ticket, this.seatEvents(), assets, own);
  }

  get levels(): Levels {
    return this.seat.levels;
  }

  get trace(): Trace {
    return this.seat.trace;
  }

  /** In the channel with the microphone first, then the agent: so no greeting is lost. */
  async start(): Promise<void> {
    this.picture.open(this.ticket.avatar_uid !== null, this.startedMs);
    try {
      this.server.connect();
      this.step("ticket");
      await this.seat.open();
      if (this.stopped) return;
      this.conversation.joined(this.ticket.elapsed_ms);
      this.server.send("joined", { uid: this.ticket.uid });
    } catch (error) {
      if (this.stopped) return; // cancelled: what was under way has been told to stop
      this.log("join_failed", String(error));
      this.sayEnd("stage_lost");
      this.fail(joinProblem(error));
    }
  }

  /** A person pressed End or Cancel: the server stops the agent, then we leave and give the microphone back. */
  async finish(reason: Wish): Promise<void> {
    this.conversation.close();
    this.sayEnd(reason);
    await Promise.race([this.serverHasEnded, pause(this.server.online ? GOODBYE_MS : LAST_WORDS_MS)]);
    this.over(reason, "");
  }

  /** The page goes away. */
  vanish(): void {
    if (this.stopped) return;
    this.vanished = true;
    this.server.goodbye("tab_closed");
  }

  /** False when the line to the server is down: the text must stay where it was typed. */
  write(source: Written, text: string, priority: Priority): boolean {
    if (!this.server.online) return false;
    const ref = `${source}/${++this.messages}-${Math.round(performance.now())}`;
    this.conversation.written(source, text, ref);
    this.silence.typed(performance.now());
    if (source === "whisper") this.server.send("whisper", { text, ref });
    else this.server.send(source, { text, priority, ref });
    return true;
  }

  interrupt(): void {
    this.server.send("interrupt", {});
  }

  async setMuted(muted: boolean): Promise<void> {
    this.tell({ type: "muted", muted });
    await this.seat.setMuted(muted);
  }

  async unblock(): Promise<void> {
    this.tell({ type: "sound_blocked", blocked: false });
    await this.seat.unblock();
  }

  private seatEvents(): SeatEvents {
    return {
      onStep: (step) => this.step(step),
      onMicrophone: (microphone) => this.microphone(microphone),
      onAgentSeen: () => this.agentCame(),
      onAgentGone: (reason) => this.server.send("agent_gone", { reason }),
      onSpoken: (items) => this.conversation.hear(items),
      onMood: (mood) => {
        this.moodTold = true;
        this.tell({ type: "mood", mood });
      },
      onInterrupted: (turnId) => {
        this.conversation.interrupted(turnId);
        this.seat.trace.mark(performance.now());
        this.tell({ type: "interrupted", shown: true });
        this.later(FLASH_MS, () => this.tell({ type: "interrupted", shown: false }));
      },
      onStages: (turnId, stages) => this.conversation.stages(turnId, stages),
      onVendorError: (module, code, message) => {
        this.log("vendor_error", `${module} ${code}: ${message}`);
        this.tell({ type: "problem", problem: vendorProblem(module, code, message) });
      },
      onSound: (event) => this.sound(event),
      onPicture: (track) => this.face(track),
      onSoundBlocked: () => this.tell({ type: "sound_blocked", blocked: true }),
      onConnection: (online) => this.tell({ type: "room", online }),
      onQuality: (quality) => this.network(quality),
      onLost: (reason) => this.lost(reason),
      onTokenEnds: () => this.server.send("renew", {}),
      onLog: (kind, detail) => this.log(kind, detail),
    };
  }

  private serverSays({ type, fields }: ToStage): void {
    const text = (name: string) => String(fields[name] ?? "");
    if (type === "agent") this.agentStarted();
    if (type === "notice") this.tell({ type: "notice", text: text("text") });
    if (type === "token")
      void this.seat.renewToken(text("token")).catch((error: unknown) => this.log("renew_failed", String(error)));
    if (type === "accepted") this.conversation.arrived(text("ref"));
    if (type === "problem")
      this.problem({ message: text("message"), advice: text("advice") }, fields["fatal"] === true, text("ref"));
    if (type === "ended") {
      this.serverEnded();
      this.over(text("reason"), text("detail"));
    }
  }

  /** Told again after every reconnection of the server line. The agent may be in the channel before this answer. */
  private agentStarted(): void {
    if (this.startTold) return;
    this.startTold = true;
    this.step("agent");
    this.later(AGENT_MS, () => this.agentMissing());
  }

  private microphone(microphone: Microphone): void {
    this.tell({ type: "microphone", microphone });
    if (microphone !== "denied" && microphone !== "missing" && microphone !== "busy") return;
    this.tell({ type: "problem", problem: MICROPHONE_PROBLEMS[microphone] });
  }

  private agentCame(): void {
    if (!this.agentSeen) this.step("seen");
    this.agentSeen = true;
    this.server.send("agent_seen", {});
    this.tell({ type: "agent_seen", atMs: Date.now() - this.ticket.elapsed_ms });
  }

  private network(quality: Quality): void {
    this.tell({ type: "network", quality });
    const change = this.changes.told(quality);
    if (change !== null) this.log("network", change);
  }

  private agentMissing(): void {
    if (this.stopped || this.agentSeen) return;
    this.log("agent_missing", `${AGENT_MS / 1000} s after its start`);
    this.sayEnd("start_timeout");
    this.fail(NO_AGENT);
  }

  private lost(reason: string): void {
    if (this.vanished) return; // the SDK leaves by itself when the page goes away
    this.log("channel_lost", reason);
    this.sayEnd("stage_lost");
    this.fail(lostProblem(reason));
  }

  /** Where the agent tells no state of its own, its sound is the best guess. */
  private sound(event: SoundEvent): void {
    if (event.type === "agent_started" && !this.soundHeard) {
      this.soundHeard = true;
      this.step("sound");
    }
    this.conversation.sound(event);
    this.silence.sound(event);
    if (!this.moodTold) this.tell({ type: "mood", mood: MOOD_BY_SOUND[event.type] });
  }

  private face(track: MediaStreamTrack | null): void {
    const before = this.picture.shown.get().state;
    this.picture.bring(track);
    const { state } = this.picture.shown.get();
    this.log("picture", track === null ? "gone" : "came");
    if (state === "lost" && before === "playing") this.tell({ type: "notice", text: "The picture was lost. The voice goes on." });
  }

  private problem(problem: Problem, fatal: boolean, ref: string): void {
    if (fatal) {
      this.fail(problem);
      return;
    }
    const unsent = ref === "" ? null : this.conversation.writtenFailed(ref);
    if (unsent !== null) this.tell({ type: "unsent", text: unsent });
    this.tell({ type: "problem", problem });
  }

  private sayEnd(reason: LeaveReason): void {
    if (this.server.online) this.server.send("end", { reason });
    else this.server.goodbye(reason);
  }

  private step(step: Step): void {
    this.tell({ type: "step", step, ms: Math.round(performance.now() - this.startedMs) });
  }

  private log(kind: string, detail: string): void {
    this.tell({ type: "noted", kind, detail });
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
    this.seat.close();
    this.picture.close();
    setTimeout(() => this.server.close(), LAST_WORDS_MS);
  }
}

const MOOD_BY_SOUND: Record<SoundEvent["type"], Mood> = {
  agent_started: "speaking",
  agent_stopped: "listening",
  person_started: "listening",
  person_stopped: "thinking",
};
