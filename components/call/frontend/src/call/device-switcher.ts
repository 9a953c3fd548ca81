/** Applies changes of microphone, speaker, audio processing and volume to a running call. */

import type { RtcChannel } from "./channel";
import type { DeviceState, Devices } from "./devices";
import { deviceFault } from "./problems";
import type { DeviceFault, Microphone } from "./state";
import { within } from "./wait";

const SWITCH_MS = 20_000;

/** What the switcher reports to its call. */
export interface DeviceSwitcherEvents {
  /** Another microphone is open, or none (null). */
  onMicrophone(state: Microphone, track: MediaStreamTrack | null): void;
  onLog(kind: string, detail: string): void;
}

/** Applies device changes to one call, until {@link close}. */
export class DeviceSwitcher {
  private applied: DeviceState;
  private work: Promise<void> = Promise.resolve();
  private waiting = false;
  private alive = false;
  private readonly unwatch: () => void;
  private closed = false;

  constructor(
    private readonly devices: Devices,
    private readonly channel: RtcChannel,
    private readonly events: DeviceSwitcherEvents,
  ) {
    this.applied = devices.state.get();
    this.unwatch = devices.state.watch(() => this.follow());
    channel.setVolume(this.applied.volume);
    void channel.setSpeaker(this.applied.used.speaker);
  }

  /** Opens the first microphone, however long the permission prompt takes; falls back to the system default. */
  async open(): Promise<void> {
    this.work = this.reopen();
    await this.work;
    await this.work; // the system default, if the stored device was refused
    await this.devices.refresh(); // the permission reveals the names
  }

  /** The microphone's track ended, for example because it was unplugged. */
  lost(): void {
    this.alive = false;
    void this.devices.refresh().then(() => this.queue());
  }

  speakerRefused(): void {
    this.devices.refused("speaker", "this browser doesn't allow choosing a speaker. Switched to the system default.");
  }

  close(): void {
    this.closed = true;
    this.unwatch();
  }

  private follow(): void {
    const [before, now] = [this.applied, this.devices.state.get()];
    this.applied = now;
    if (now.volume !== before.volume) this.channel.setVolume(now.volume);
    if (now.used.speaker !== before.used.speaker)
      void this.channel.setSpeaker(now.used.speaker).catch(() => this.speakerRefused());
    const other = now.used.microphone !== before.used.microphone || now.processing !== before.processing;
    const first = !this.alive && before.lists.microphone.length === 0 && now.lists.microphone.length > 0;
    if (other || first) this.queue();
  }

  /** Switches one at a time; several changes meanwhile lead to one switch. */
  private queue(): void {
    if (this.waiting) return;
    this.waiting = true;
    this.work = this.work.then(async () => {
      this.waiting = false;
      if (!this.closed) await within(SWITCH_MS, "Opening the microphone", this.reopen()).catch(() => this.failed("busy", ""));
    });
  }

  private async reopen(): Promise<void> {
    const { used, processing } = this.devices.state.get();
    try {
      const track = await this.channel.openMicrophone(used.microphone, processing);
      if (this.closed) return;
      this.alive = true;
      this.events.onMicrophone("open", track);
      this.events.onLog("microphone", used.microphone === "" ? "system default" : "selected device");
    } catch (error) {
      if (this.closed) return;
      this.failed(deviceFault(error), used.microphone);
    }
  }

  private failed(fault: DeviceFault, id: string): void {
    this.events.onLog("microphone_failed", fault);
    if (id !== "" && fault !== "denied") {
      this.devices.refused(
        "microphone",
        fault === "busy"
          ? "another app is using it. Switched to the system default."
          : "it isn't connected. Switched to the system default.",
      );
    } else if (!this.alive) {
      this.events.onMicrophone(fault, null);
    }
  }
}
