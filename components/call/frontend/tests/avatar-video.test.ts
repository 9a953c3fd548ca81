import { describe, expect, it } from "vitest";
import { AvatarVideo } from "../src/call/avatar-video";

const TRACK = { id: "t" } as MediaStreamTrack;

describe("the avatar's video", () => {
  it("is waiting, then playing, and knows the time to its first frame", () => {
    const frame = new AvatarVideo();
    frame.open(true, 1000);
    expect(frame.shown.get().state).toBe("waiting");
    frame.setTrack(TRACK);
    expect(frame.shown.get().state).toBe("waiting");
    frame.frameShown(2345.4);
    expect(frame.shown.get()).toEqual({ state: "playing", track: TRACK, firstFrameMs: 1345 });
  });

  it("is lost when it ends, and playing when it returns, with the time of its first frame", () => {
    const frame = new AvatarVideo();
    frame.open(true, 0);
    frame.setTrack(TRACK);
    frame.frameShown(700);
    frame.setTrack(null);
    expect(frame.shown.get()).toEqual({ state: "lost", track: null, firstFrameMs: 700 });
    frame.setTrack(TRACK);
    frame.frameShown(9000);
    expect(frame.shown.get()).toMatchObject({ state: "playing", firstFrameMs: 700 });
  });

  it("isn't lost if the caller ends the call", () => {
    const frame = new AvatarVideo();
    for (const [ended, state] of [
      [true, "playing"],
      [false, "lost"],
    ] as const) {
      frame.open(true, 0);
      frame.setTrack(TRACK);
      frame.frameShown(700);
      if (ended) frame.callEnds();
      frame.setTrack(null);
      expect(frame.shown.get().state).toBe(state);
    }
  });

  it("stays off for an agent without an avatar, whoever publishes video", () => {
    const frame = new AvatarVideo();
    frame.open(false, 0);
    frame.setTrack(TRACK);
    frame.frameShown(5);
    expect(frame.shown.get()).toEqual({ state: "none", track: null, firstFrameMs: null });
  });

  it("ends with the call", () => {
    const frame = new AvatarVideo();
    frame.open(true, 0);
    frame.setTrack(TRACK);
    frame.close();
    expect(frame.shown.get().state).toBe("none");
  });
});
