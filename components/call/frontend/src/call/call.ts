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
import { entered, isBusy, reduce } from "./machine";
import type { Levels } from "./meters";
import { browserProblem, NO_ANSWER } from "./problems";
import { Recorder } from "./recorder";
import { Replacement } from "./replacement";
import { restored } from "./restored";
import { forgetCall, saveCall, savedCall } from "./resume";
import { type CallEvent, type CallState, INITIAL } from "./state";
import { Store } from "./store";
import { StudioLink, type Triggers } from "./studio-link";

const SILENT: Levels = { mic: 0, agent: 0 };
const NO_SOUND = new LevelHistory();

export class Call {
  readonly state = new Store<CallState>(INITIAL);
  readonly lines = new Store<Lines>([]);
  readonly avatarVideo = new AvatarVideo();
  readonly log = new Log();
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
  private readonly replacement = new Replacement(this.studio);

  /** `whenDrawn` delays triggers to Python until the page is drawn (streamlit/drawn.ts). */
  constructor(
    private readonly assets: string,
    private readonly whenDrawn: (act: () => void) => void = (act) => act(),
  ) {
    window.addEventListener("pagehide", () => this.active?.pageHidden());
    // A page restored from the back/forward cache has a dead call; a reload resumes it.
    window.addEventListener("pageshow", (event) => event.persisted && this.active !== null && window.location.reload());
  }

  get levels(): Levels {
    return this.active?.levels ?? SILENT;
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
      this.dispatch(stage.problem ? { type: "refused", problem: stage.problem } : { type: "cancel" });
    } else if (this.press.isWithdrawn(stage.problem)) this.dispatch({ type: "withdrawn" });
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

  /** `held`: the agent joins, and greets only after {@link release}. */
  launch(held = false): void {
    if (isBusy(this.state.get().phase)) return;
    this.replacement.reset();
    this.dispatch({ type: "launch" });
    const lacking = this.studio.triggers === null ? NO_ANSWER : browserProblem();
    if (lacking !== null) {
      this.dispatch({ type: "refused", problem: lacking });
      return;
    }
    const press = this.press.begin(() => this.dispatch({ type: "refused", problem: NO_ANSWER }));
    // By then, another stage may be mounted, or the launch canceled.
    this.whenDrawn(
      () =>
        this.press.isAnsweredBy(press) &&
        this.state.get().phase === "asking" &&
        this.studio.triggers?.[held ? "hold" : "launch"](press),
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
    this.dispatch(what === "problem" ? { type: what, problem: null } : { type: what, text: null });
  }

  private enter(ticket: Ticket): void {
    this.press.settle();
    const { phase } = this.state.get();
    if (isBusy(phase) && phase !== "asking") {
      this.next = ticket; // one call at a time: this one starts when the running one has ended
      this.end();
      return;
    }
    this.next = null;
    this.asked = true;
    saveCall(ticket);
    this.lines.set(restored(ticket.said ?? []));
    this.dispatch(entered(ticket));
    const handle = (event: CallEvent) => this.active === active && this.handle(event, ticket);
    const active: ActiveCall = new ActiveCall(ticket, this.lines, handle, this.avatarVideo, this.assets, this);
    this.active = active;
    void active.start();
    this.whenDrawn(() => this.active === active && this.replacement.grant(this.state.get()));
  }

  private handle(event: CallEvent, ticket: Ticket): void {
    const before = this.state.get().phase;
    this.dispatch(event);
    const { phase } = this.state.get();
    if (phase === before || (phase !== "ended" && phase !== "failed") || before === "ended") return;
    // Triggers sent close together get lost; the launch also means that the previous call is over.
    if (this.relaunch) forgetCall(ticket.session_id);
    else this.replacement.over(this.state.get(), ticket.session_id);
    if (this.next !== null) this.enter(this.next);
    else if (this.relaunch) this.launch();
    this.relaunch = false;
  }

  private leave(type: "end" | "cancel", reason: "ended" | "cancelled"): void {
    const before = this.state.get().phase;
    this.dispatch({ type });
    if (before !== "ending" && this.state.get().phase === "ending") void this.active?.finish(reason);
  }

  private dispatch(event: CallEvent): void {
    if (event.type === "ticket" && this.state.get().phase !== "asking") this.log.clear();
    if (event.type === "launch") this.log.clear();
    this.log.take(event, Date.now());
    this.state.set(reduce(this.state.get(), event));
  }
}
