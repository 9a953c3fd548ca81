/** The state of the avatar's video track. A call continues without it. */

import { Store } from "./store";

/** none: the agent has no avatar · waiting: no frame yet · playing · lost: it played and ended, audio continues */
export type AvatarVideoPhase = "none" | "waiting" | "playing" | "lost";

/** What is shown of the avatar. */
export interface AvatarVideoState {
  readonly state: AvatarVideoPhase;
  readonly track: MediaStreamTrack | null;
  /** From the start of the launch to the first frame on the screen, ms. */
  readonly firstFrameMs: number | null;
}

const NO_VIDEO: AvatarVideoState = { state: "none", track: null, firstFrameMs: null };

/** Follows the avatar's video from {@link open} until {@link close}; `shown` is what to draw. */
export class AvatarVideo {
  readonly shown = new Store<AvatarVideoState>(NO_VIDEO);
  private startedMs = 0;
  private ending = false;

  /** A call starts; `expected`: its agent has an avatar. */
  open(expected: boolean, nowMs: number): void {
    this.startedMs = nowMs;
    this.ending = false;
    this.shown.set({ ...NO_VIDEO, state: expected ? "waiting" : "none" });
  }

  /** The avatar's track started, again after a reconnection, or ended (null). */
  setTrack(track: MediaStreamTrack | null): void {
    const { state } = this.shown.get();
    if (state === "none") return;
    if (track !== null) this.shown.set({ ...this.shown.get(), track });
    else this.shown.set({ ...this.shown.get(), track: null, state: state === "playing" && !this.ending ? "lost" : state });
  }

  /** The caller pressed End: a video that ends now isn't lost. */
  callEnds(): void {
    this.ending = true;
  }

  /** A frame is shown. */
  frameShown(nowMs: number): void {
    const picture = this.shown.get();
    if (picture.track === null || picture.state === "playing") return;
    this.shown.set({ ...picture, state: "playing", firstFrameMs: picture.firstFrameMs ?? Math.round(nowMs - this.startedMs) });
  }

  close(): void {
    this.shown.set(NO_VIDEO);
  }
}
