/** Self view: the camera or the screen, before and during a call. Its errors are shown and never end the call. */

import type { ILocalVideoTrack, VideoEncoderConfiguration } from "agora-rtc-sdk-ng";
import type { Devices, Resolution } from "./devices";
import { deviceFault } from "./problems";
import { loadSdk } from "./software";
import type { DeviceFault } from "./state";
import { Store } from "./store";

/** What the self view shows. */
export type VideoSource = "camera" | "screen";

/** The state of the self view. */
export interface LocalVideo {
  /** What is shown. A client publishes one video track, so screen sharing replaces the camera. */
  readonly source: VideoSource | null;
  /** What is being opened. */
  readonly opening: VideoSource | null;
  readonly track: MediaStreamTrack | null;
  readonly problem: string | null;
}

const NO_LOCAL_VIDEO: LocalVideo = { source: null, opening: null, track: null, problem: null };

/** 15 fps are enough for a vision model; bitrates in kbit/s. */
const CAMERA_SIZES: Record<Resolution, VideoEncoderConfiguration> = {
  "360p": { width: 640, height: 360, frameRate: 15, bitrateMax: 400 },
  "480p": { width: 640, height: 480, frameRate: 15, bitrateMax: 600 },
  "720p": { width: 1280, height: 720, frameRate: 15, bitrateMax: 1400 },
  "1080p": { width: 1920, height: 1080, frameRate: 15, bitrateMax: 2600 },
};
const SCREEN_SIZE = "1080p_1";

/** Where the self view is published; both reject with the SDK's error. */
export interface VideoChannel {
  show(track: ILocalVideoTrack): Promise<void>;
  hide(track: ILocalVideoTrack): Promise<void>;
}

/** One per page. Opens the camera or a shared screen, and publishes it during a call. */
export class Camera {
  readonly state = new Store<LocalVideo>(NO_LOCAL_VIDEO);
  private track: ILocalVideoTrack | null = null;
  private channel: VideoChannel | null = null;
  private work: Promise<void> = Promise.resolve();
  /** The camera was on when screen sharing started. */
  private comesBack = false;
  /** Number of ended calls: a change that began before the end of a call must not open anything after it. */
  private calls = 0;

  constructor(private readonly devices: Devices) {
    const wanted = () => `${devices.state.get().resolution} ${devices.state.get().used.camera}`;
    let used = wanted();
    devices.state.watch(() => {
      const before = used;
      used = wanted();
      if (used !== before && this.state.get().source === "camera") void this.turn("camera");
    });
  }

  /** Turns the camera or screen sharing on or off. */
  async toggle(source: VideoSource): Promise<void> {
    const { source: shown, opening } = this.state.get();
    if (opening !== null) return;
    if (shown === source) await this.turn(source === "screen" && this.comesBack ? "camera" : null);
    else {
      this.comesBack = source === "screen" && shown === "camera";
      await this.turn(source);
    }
  }

  /** A call has started: publishes the self view. */
  async attach(channel: VideoChannel): Promise<void> {
    this.channel = channel;
    await this.enqueue(() => this.publish());
  }

  /** The call is over: releases the camera or screen at once. */
  close(): void {
    this.calls++;
    this.channel = null;
    this.comesBack = false;
    this.drop();
    this.state.set({ ...NO_LOCAL_VIDEO, problem: this.state.get().problem });
  }

  dismiss(): void {
    this.set({ problem: null });
  }

  private turn(source: VideoSource | null): Promise<void> {
    const call = this.calls;
    this.set({ opening: source, problem: null });
    return this.enqueue(() => (call === this.calls ? this.change(source, call) : Promise.resolve()));
  }

  /** Runs changes one after the other. */
  private enqueue(act: () => Promise<void>): Promise<void> {
    this.work = this.work.then(act).catch((error: unknown) => console.warn("Self view:", String(error)));
    return this.work;
  }

  private async change(source: VideoSource | null, call: number): Promise<void> {
    let opened: ILocalVideoTrack | null = null;
    try {
      // The screen picker comes first, because it can be canceled; a camera is released before another (or the same) is opened.
      if (source !== "screen") await this.take();
      if (source !== null) opened = await this.open(source);
      if (source === "screen") await this.take();
    } catch (error) {
      if (call !== this.calls) return;
      this.set({ opening: null, problem: source === "screen" ? SCREEN_REFUSED : PROBLEMS[deviceFault(error)] });
      return;
    }
    if (call !== this.calls) {
      opened?.close();
      return;
    }
    this.track = opened;
    this.set({ source: opened === null ? null : source, opening: null, track: opened?.getMediaStreamTrack() ?? null });
    opened?.on("track-ended", () => this.track === opened && this.ended());
    if (source === "camera") void this.devices.refresh(); // the permission reveals the names
    await this.publish();
  }

  private async open(source: VideoSource): Promise<ILocalVideoTrack> {
    const sdk = await loadSdk();
    if (source === "screen") {
      return await sdk.createScreenVideoTrack({ encoderConfig: SCREEN_SIZE, optimizationMode: "detail" }, "disable");
    }
    const { used, resolution } = this.devices.state.get();
    const id = used.camera;
    const open = (cameraId: string) =>
      sdk.createCameraVideoTrack({ encoderConfig: CAMERA_SIZES[resolution], ...(cameraId === "" ? {} : { cameraId }) });
    try {
      return await open(id);
    } catch (error) {
      if (id === "" || deviceFault(error) === "denied") throw error;
      return await open("");
    }
  }

  private async publish(): Promise<void> {
    if (this.track === null || this.channel === null) return;
    try {
      await this.channel.show(this.track);
    } catch (error) {
      console.warn("Self view:", String(error));
      this.set({ problem: "Couldn't send your video. The call continues without it." });
    }
  }

  /** Unpublishes the video and releases its device. */
  private async take(): Promise<void> {
    const { track, channel } = this;
    if (track === null) return;
    this.drop();
    this.set({ source: null, track: null });
    await channel?.hide(track).catch(() => undefined);
  }

  private drop(): void {
    const { track } = this;
    this.track = null;
    track?.stop();
    track?.close();
  }

  /** The device was unplugged, or sharing was stopped with the browser's own button. */
  private ended(): void {
    const { source } = this.state.get();
    if (source === "screen") void this.toggle("screen");
    else void this.turn(null).then(() => this.set({ problem: "Camera disconnected. The call continues without video." }));
  }

  private set(change: Partial<LocalVideo>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

const SCREEN_REFUSED = "Screen sharing was canceled, or the browser doesn't allow it.";

const PROBLEMS: Record<DeviceFault, string> = {
  denied:
    "Camera access is blocked. The call continues without video. Click the lock or camera icon in the address bar to allow it.",
  missing: "No camera found. The call continues without video.",
  busy: "Another app is using the camera. The call continues without video. Close that app and try again.",
};
