/** One call, from its ticket to its end: joins and leaves in order, and handles what the server sends. */

import type { Priority, ToStage, UserEnd } from "../protocol";
import type { Problem, Ticket } from "../ticket";
import { Activity } from "./activity";
import { AgentWatch } from "./agent-watch";
import type { AvatarVideo } from "./avatar-video";
import { CallMedia, type LocalMedia, type MediaEvents } from "./call-media";
import { Conversation } from "./conversation";
import type { LevelHistory } from "./level-history";
import type { Lines, MessageKind } from "./line";
import type { Levels } from "./meters";
import { Outgoing } from "./outgoing";
import { joinProblem, lostProblem, NO_AGENT, NOT_ACCEPTED } from "./problems";
import { reactions } from "./reactions";
import { Report } from "./report";
import { ServerConnection } from "./server-connection";
import { serverSays } from "./server-messages";
import { Silence } from "./silence";
import type { CallEvent } from "./state";
import type { Store } from "./store";
import { Timers } from "./timers";
import { pause } from "./wait";

const END_WAIT_MS = 3000;
const LINGER_MS = 600; // the reason of a rejected start arrives right after its end

export class ActiveCall {
  private readonly server: ServerConnection;
  private readonly media: CallMedia;
  private readonly conversation: Conversation;
  private readonly startedMs = performance.now();
  private readonly silence = new Silence(this.startedMs);
  private readonly timers = new Timers();
  private readonly report: Report;
  private readonly agent: AgentWatch;
  private readonly outgoing: Outgoing;
  private readonly activity = new Activity(() => this.server.send("activity", {}));
  private stopped = false;
  private hidden = false;
  private serverEnded: () => void = () => undefined;
  private readonly serverHasEnded = new Promise<void>((resolve) => (this.serverEnded = resolve));

  constructor(
    readonly ticket: Ticket,
    lines: Store<Lines>,
    private readonly dispatch: (event: CallEvent) => void,
    private readonly picture: AvatarVideo,
    assets: string,
    own: LocalMedia,
    /** Joins while another call goes on, until {@link takeOver}. */
    private background = false,
  ) {
    this.server = new ServerConnection(ticket, {
      onMessage: (message) => this.serverSays(message),
      onOnline: (online) => this.dispatch({ type: "server", online }),
      onRefused: () => this.fail(NOT_ACCEPTED),
      silence: () => this.silence.report(performance.now()),
    });
    this.report = new Report(dispatch, this.server, this.startedMs);
    this.agent = new AgentWatch(this.report, this.server, ticket.elapsed_ms, () => this.agentMissing());
    this.conversation = new Conversation(lines, (turn) => this.server.send("turn", turn));
    this.outgoing = new Outgoing(this.server, this.conversation, this.silence);
    this.media = new CallMedia(ticket, this.mediaEvents(), assets, own, background);
  }

  get levels(): Levels {
    return this.media.levels;
  }
  get levelHistory(): LevelHistory {
    return this.media.levelHistory;
  }

  /** Joins with the microphone before the server starts the agent, so that no greeting is lost. */
  async start(): Promise<void> {
    if (!this.background) this.picture.open(this.ticket.avatar_uid !== null, this.startedMs);
    try {
      this.server.connect();
      this.activity.watch();
      this.report.step("ticket");
      await this.media.open();
      if (this.stopped) return;
      this.conversation.joined(this.ticket.elapsed_ms);
      this.server.send("joined", { uid: this.ticket.uid });
    } catch (error) {
      if (this.stopped) return; // canceled meanwhile
      this.report.log("join_failed", String(error));
      this.server.end("stage_lost");
      this.fail(joinProblem(error));
    }
  }

  /** The page's call from now on; the one before has been {@link replaced}. */
  takeOver(): void {
    this.background = false;
    this.picture.open(this.ticket.avatar_uid !== null, this.startedMs);
    void this.media.takeOver();
  }

  /** Another call has taken over. */
  replaced(): void {
    if (this.stopped) return;
    this.leave();
    this.server.end("restarted");
  }

  /** The caller pressed End or Cancel: the server stops the agent, then the page leaves and releases the microphone. */
  async finish(reason: UserEnd): Promise<void> {
    this.conversation.close();
    if (!this.background) this.picture.callEnds();
    this.server.end(reason);
    await Promise.race([this.serverHasEnded, pause(this.server.online ? END_WAIT_MS : LINGER_MS)]);
    this.over(reason, "");
  }

  /** The page is being unloaded. */
  pageHidden(): void {
    if (this.stopped) return;
    this.hidden = true;
    this.server.endByBeacon("tab_closed");
  }

  /** False while the server is unreachable: keep the text. */
  write(source: MessageKind, text: string, priority: Priority): boolean {
    return this.outgoing.write(source, text, priority);
  }

  interrupt = (): void => this.outgoing.interrupt();

  /** The caller is still here: the server doesn't end the call as idle. */
  stay(): void {
    this.dispatch({ type: "idle_warning", endsAtMs: null });
    this.server.send("activity", {});
  }

  /** The presenter's Start: the agent greets, and the microphone is unmuted. */
  release(): void {
    this.server.send("greet", {});
    this.dispatch({ type: "released", atMs: Date.now() });
    void this.media.release();
  }

  async setMuted(muted: boolean): Promise<void> {
    this.dispatch({ type: "muted", muted });
    await this.media.setMuted(muted);
  }

  async unblock(): Promise<void> {
    this.dispatch({ type: "sound_blocked", blocked: false });
    await this.media.unblock();
  }

  private mediaEvents(): MediaEvents {
    const { report, server, agent, conversation, silence, picture, timers, lost: onLost } = this;
    const levelHistory = () => this.media.levelHistory;
    return reactions({ report, server, agent, conversation, silence, picture, timers, levelHistory, onLost });
  }

  private serverSays(message: ToStage): void {
    const { report, agent, conversation, media, over: onEnded, fail: onFailed } = this;
    serverSays({ report, agent, conversation, media, onEnded, onFailed, isOver: () => this.stopped }, message);
  }

  private agentMissing(): void {
    this.server.end("start_timeout");
    this.fail(NO_AGENT);
  }

  private lost = (reason: string): void => {
    if (this.hidden) return; // the SDK leaves by itself when the page is unloaded
    this.report.log("channel_lost", reason);
    this.server.end("stage_lost");
    this.fail(lostProblem(reason));
  };

  private over = (reason: string, detail: string, lengthMs: number | null = null): void => {
    this.serverEnded();
    if (this.stopped) return;
    this.leave();
    this.dispatch({ type: "over", reason, detail, atMs: Date.now(), lengthMs });
  };

  private fail = (problem: Problem): void => {
    if (!this.stopped) this.leave();
    this.dispatch({ type: "fail", problem, atMs: Date.now() });
  };

  /** Closes what this call opened; the connection to the server a moment later, for its last messages. */
  private leave(): void {
    this.stopped = true;
    this.conversation.close();
    this.timers.clear();
    this.activity.close();
    this.agent.close();
    this.media.close();
    if (!this.background) this.picture.close();
    setTimeout(() => this.server.close(), LINGER_MS);
  }
}
