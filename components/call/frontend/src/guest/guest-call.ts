/** A call in a channel that was joined by name and token, or that is watched, without a session of Greenroom. No Preact. */

import type { UID } from "agora-rtc-sdk-ng";
import { type Address, type ChannelEvents, RtcChannel } from "../call/channel";
import { Conversation } from "../call/conversation";
import { DeviceSwitcher } from "../call/device-switcher";
import type { Devices } from "../call/devices";
import type { Lines } from "../call/line";
import { Meters } from "../call/meters";
import { joinProblem, lostProblem, MICROPHONE_PROBLEMS } from "../call/problems";
import { installShim } from "../call/shim";
import { loadSdk } from "../call/software";
import { isFault, type Microphone } from "../call/state";
import { Store } from "../call/store";
import type { Problem } from "../ticket";
import { ChannelAgents } from "./channel-agents";
import { changed, type Participant, type Participants, without } from "./participants";

/** What to join. */
export interface GuestAddress extends Address {
  readonly title: string;
  /** Identifies this join. */
  readonly number: string;
  /** How long the call has been running; 0 if omitted. */
  readonly elapsed_ms?: number;
}

/** Everything that a view shows of a joined channel. */
export interface GuestState {
  readonly phase: "joining" | "in" | "failed" | "left";
  readonly uid: string;
  readonly others: Participants;
  readonly online: boolean;
  readonly microphone: Microphone;
  readonly muted: boolean;
  readonly soundBlocked: boolean;
  readonly problem: Problem | null;
}

const ALONE: GuestState = {
  phase: "joining",
  uid: "",
  others: [],
  online: true,
  microphone: "off",
  muted: false,
  soundBlocked: false,
  problem: null,
};

/** One call in a joined channel, from {@link join} until {@link leave}. */
export class GuestCall {
  readonly state = new Store<GuestState>(ALONE);
  readonly lines = new Store<Lines>([]);
  private readonly conversation = new Conversation(this.lines, () => undefined);
  private readonly meters = new Meters((event) => this.conversation.sound(event));
  private channel: RtcChannel | null = null;
  private switcher: DeviceSwitcher | null = null;
  private readonly agents: ChannelAgents;
  private over = false;

  constructor(
    readonly address: GuestAddress,
    private readonly assets: string,
    private readonly devices: Devices,
    /** Listens without a microphone. */
    private readonly listens = false,
  ) {
    this.agents = new ChannelAgents(address.channel, this.conversation, {
      onAgentState: (uid, agentState) => this.changed(uid, { agentState }),
      onProblem: (problem) => this.update({ problem }),
    });
  }

  async join(): Promise<void> {
    if (this.address.edge !== null) installShim(this.address.edge);
    try {
      const sdk = await loadSdk();
      if (this.over) return;
      sdk.onAutoplayFailed = () => this.update({ soundBlocked: true });
      const channel = new RtcChannel(sdk, this.address, this.events());
      this.channel = channel;
      void this.meters.open(this.assets).catch(() => undefined);
      const uid = await channel.join();
      if (this.over) return;
      this.conversation.joined(this.address.elapsed_ms);
      this.update({ phase: "in", uid: String(uid) });
      if (this.listens) return;
      await this.openMicrophone(channel);
      await channel.publish();
    } catch (error) {
      if (!this.over) this.fail(byHand(joinProblem(error)));
    }
  }

  async setMuted(muted: boolean): Promise<void> {
    this.update({ muted });
    this.meters.muted = muted;
    await this.channel?.setMuted(muted);
  }

  /** Playback volume of everyone else, 0..100. */
  setVolume(volume: number): void {
    this.channel?.setVolume(volume);
  }

  async unblock(): Promise<void> {
    this.update({ soundBlocked: false });
    this.channel?.unblock();
    await this.meters.resume();
  }

  leave(): void {
    if (this.over) return;
    this.close();
    this.update({ phase: "left", others: [] });
  }

  private fail(problem: Problem): void {
    this.close();
    this.update({ phase: "failed", problem, others: [] });
  }

  private close(): void {
    this.over = true;
    this.conversation.close();
    this.switcher?.close();
    this.agents.close();
    void this.meters.close();
    void this.channel?.leave().catch((error: unknown) => console.warn("Leaving the channel:", String(error)));
  }

  private async openMicrophone(channel: RtcChannel): Promise<void> {
    this.update({ microphone: "asked" });
    this.switcher = new DeviceSwitcher(this.devices, channel, {
      onMicrophone: (microphone, track) => {
        this.meters.set("mic", track);
        this.update({ microphone, problem: isFault(microphone) ? MICROPHONE_PROBLEMS[microphone] : null });
      },
      onLog: () => undefined,
    });
    await this.switcher.open();
  }

  private events(): ChannelEvents {
    return {
      wantsVideo: () => true,
      onUserJoined: (uid) => this.changed(uid, {}),
      onUserLeft: (uid) => this.gone(uid),
      onAudio: (uid, track) => {
        this.meters.set(`voice/${uid}`, track);
        this.changed(uid, { voice: track !== null });
      },
      onVideo: (uid, picture) => this.changed(uid, { picture }),
      onStreamMessage: (uid, piece) => this.agents.take(uid, piece),
      onConnection: (online) => this.update({ online }),
      onQuality: () => undefined,
      onLost: (reason) => this.fail(byHand(lostProblem(reason))),
      onTokenExpiring: () => this.update({ problem: ENDS_SOON }),
      onMediaFault: () => undefined,
      onMicrophoneEnded: () => this.switcher?.lost(),
      onSpeakerRefused: () => this.switcher?.speakerRefused(),
    };
  }

  private changed(uid: UID, change: Partial<Participant>): void {
    this.update({ others: changed(this.state.get().others, String(uid), change) });
  }

  private gone(uid: UID): void {
    this.agents.gone(String(uid));
    this.update({ others: without(this.state.get().others, String(uid)) });
  }

  private update(change: Partial<GuestState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

const ENDS_SOON: Problem = {
  message: "Your token expires in 30 seconds.",
  advice: "Leave and join again with a new one, or Agora removes you from the channel.",
};

const CHECK_FORM = "Go back to the form, check the App ID, channel, token and user ID, then join again.";

/** The problem, with what to do where one joins by a form instead of launching an agent. */
function byHand({ message, advice }: Problem): Problem {
  return { message, advice: /^(?:Launch|Ask an admin)/.test(advice) ? CHECK_FORM : advice.replace("launch again", "join again") };
}
