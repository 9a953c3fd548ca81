/** The call of this page: one object per page load, outside Preact, so that reruns, page switches and remounts of the stage don't affect it. */

import type { Priority } from "../protocol";
import type { ComponentData, Ticket } from "../ticket";
import { ActiveCall } from "./active-call";
import { AvatarVideo } from "./avatar-video";
import { Camera } from "./camera";
import { Devices } from "./devices";
import { LaunchPress } from "./launch-press";
import { LevelHistory } from "./level-history";
import type { Lines, MessageKind } from "./line";
import { Log } from "./log";
import { entered, isBusy } from "./machine";
import type { Levels } from "./meters";
import { browserProblem, NO_ANSWER } from "./problems";
import { Recorder } from "./recorder";
import { Replacement } from "./replacement";
import { restored } from "./restored";
import { saveCall, savedCall } from "./resume";
import type { CallEvent } from "./state";
import { StateMachine } from "./state-machine";
import { Store } from "./store";
import { type LaunchKind, StudioLink, type Triggers } from "./studio-link";

const NO_SOUND = new LevelHistory();

export class Call {
  readonly log = new Log();
  readonly state = new StateMachine(this.log);
  readonly lines = new Store<Lines>([]);
  readonly avatarVideo = new AvatarVideo();
  readonly devices = new Devices();
  readonly camera = new Camera(this.devices);
  readonly recorder = new Recorder();
  private active: ActiveCall | null = null;
  readonly studio = new StudioLink();
  private readonly seen = new Set<string>();
  private next: Ticket | null = null;
  private readonly press = new LaunchPress();
  private asked = false;
  private relaunch = false;
  private readonly replacement = new Replacement(this, {
    open: (ticket, lines, dispatch) => new ActiveCall(ticket, lines, dispatch, this.avatarVideo, this.assets, this, true),
    handle: (run, event, ticket) => this.active === run && this.handle(event, ticket),
    become: (run) => {
      this.active?.replaced();
      this.active = run;
    },
  });

  /** `whenDrawn` delays triggers to Python until the page is drawn (streamlit/drawn.ts). */
  constructor(
    private readonly assets: string,
    private readonly whenDrawn: (act: () => void) => void = (act) => act(),
  ) {
    window.addEventListener("pagehide", () => this.replacement.pageHidden(this.active));
    // A page restored from the back/forward cache has a dead call; a reload resumes it.
    window.addEventListener("pageshow", (event) => event.persisted && this.active !== null && window.location.reload());
  }

  get levels(): Levels {
    return this.active?.levels ?? { mic: 0, agent: 0 };
  }
  get levelHistory(): LevelHistory {
    return this.active?.levelHistory ?? NO_SOUND;
  }
  /** New data from Python. A ticket that was received before (a rerun, a remount) is ignored. */
  receive({ stage, ticket, answered }: ComponentData, triggers: Triggers): void {
    this.studio.mounted(triggers);
    if (ticket === null) this.begin();
    if (ticket !== null && !this.seen.has(ticket.session_id)) {
      this.seen.add(ticket.session_id);
      this.enter(ticket);
    } else if (
      this.state.get().phase === "asking" &&
      (this.press.isAnsweredBy(answered) || (stage.problem && answered == null))
    ) {
      this.press.answer(Boolean(stage.problem));
      this.state.dispatch(stage.problem ? { type: "refused", problem: stage.problem } : { type: "cancel" });
    } else if (this.press.isWithdrawn(stage.problem)) this.state.dispatch({ type: "withdrawn" });
  }

  /** Once per page load: asks for a ticket to the call that the page was in. Python sends none if that call is over. */
  private begin(): void {
    if (this.asked) return;
    this.asked = true;
    const call = savedCall();
    if (call !== null) this.whenDrawn(() => this.studio.triggers?.resume(call));
  }

  unmounted(triggers: Triggers): void {
    this.studio.unmounted(triggers);
  }

  /** "hold": the agent joins, and greets only after {@link release}. */
  launch(how: LaunchKind = "launch"): void {
    if (isBusy(this.state.get().phase)) return;
    this.replacement.reset();
    this.state.dispatch({ type: "launch" });
    const lacking = this.studio.triggers === null ? NO_ANSWER : browserProblem();
    if (lacking !== null) {
      this.state.dispatch({ type: "refused", problem: lacking });
      return;
    }
    const press = this.press.begin(() => this.state.dispatch({ type: "refused", problem: NO_ANSWER }));
    // By then, another stage may be mounted, or the launch canceled.
    this.whenDrawn(
      () => this.press.isAnsweredBy(press) && this.state.get().phase === "asking" && this.studio.triggers?.[how](press),
    );
  }

  cancel(): void {
    this.press.settle();
    this.leave("cancel", "cancelled");
  }

  end(): void {
    this.leave("end", "ended");
  }

  private get live(): ActiveCall | null {
    return this.state.get().phase === "live" ? this.active : null;
  }

  /** Starts a held call. */
  release(): void {
    if (this.state.get().held) this.live?.release();
  }

  /** Replaces this call with the backup version or the scripted conversation. */
  backup = (scripted = false): void => this.replacement.ask(this.state.get(), scripted);

  /** Ends this call and launches the selected agent. */
  endAndLaunch(): void {
    this.relaunch = true;
    this.end();
  }

  /** Sends a message. False if it couldn't be sent: keep the text. */
  write(source: MessageKind, text: string, priority: Priority): boolean {
    const said = text.trim();
    return said !== "" && (this.live?.write(source, said, priority) ?? false);
  }

  /** Interrupts the agent. */
  interrupt = (): void => this.live?.interrupt();
  /** Keeps a call that is about to end as idle. */
  stay = (): void => this.live?.stay();
  setMuted = async (muted: boolean): Promise<void> => await this.active?.setMuted(muted);
  unblock = async (): Promise<void> => await this.active?.unblock();

  /** Dismisses an error, a notice, or a message that was put back into the composer. */
  dismiss(what: "problem" | "notice" | "unsent"): void {
    this.state.dispatch(what === "problem" ? { type: what, problem: null } : { type: what, text: null });
  }

  private enter(ticket: Ticket): void {
    this.press.settle();
    const { phase } = this.state.get();
    if (isBusy(phase) && phase !== "asking") {
      if (this.replacement.prepare(ticket, phase, this.active?.ticket)) return;
      this.next = ticket; // one call at a time: this one starts when the running one has ended
      this.end();
      return;
    }
    this.next = null;
    this.asked = true;
    saveCall(ticket);
    this.lines.set(restored(ticket.said ?? []));
    this.state.dispatch(entered(ticket));
    const handle = (event: CallEvent) => this.active === active && this.handle(event, ticket);
    const active: ActiveCall = new ActiveCall(ticket, this.lines, handle, this.avatarVideo, this.assets, this);
    this.active = active;
    void active.start();
    this.whenDrawn(() => this.active === active && this.replacement.grant(this.state.get()));
  }

  private handle(event: CallEvent, ticket: Ticket): void {
    const before = this.state.get().phase;
    this.state.dispatch(event);
    const { phase } = this.state.get();
    if (phase === before || (phase !== "ended" && phase !== "failed") || before === "ended") return;
    if (this.replacement.takeOver()) return;
    // Triggers sent close together get lost; the launch also means that the previous call is over.
    this.replacement.over(ticket.session_id, this.relaunch);
    if (this.next !== null) this.enter(this.next);
    else if (this.relaunch) this.launch();
    this.relaunch = false;
  }

  private leave(type: "end" | "cancel", reason: "ended" | "cancelled"): void {
    const before = this.state.get().phase;
    this.replacement.withdraw();
    this.state.dispatch({ type });
    if (before !== "ending" && this.state.get().phase === "ending") void this.active?.finish(reason);
  }
}
