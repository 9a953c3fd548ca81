import type { IAgoraRTCClient, IAgoraRTCRemoteUser } from "agora-rtc-sdk-ng";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Subscriptions } from "../src/call/subscriptions";

/** The part of the SDK's client that subscribes; it refuses until the test lets it succeed. */
class Channel {
  remoteUsers: IAgoraRTCRemoteUser[] = [];
  asked: string[] = [];
  works = false;

  async subscribe(user: IAgoraRTCRemoteUser, kind: string): Promise<unknown> {
    this.asked.push(`${user.uid} ${kind}`);
    if (!this.works) throw new Error("OPERATION_ABORTED");
    const track = { play: vi.fn(), setVolume: vi.fn(), getMediaStreamTrack: () => "track" };
    Object.assign(user, kind === "audio" ? { audioTrack: track } : { videoTrack: track });
    return track;
  }
}

const agent = (): IAgoraRTCRemoteUser =>
  ({ uid: 2, hasAudio: true, hasVideo: true, audioTrack: undefined, videoTrack: undefined }) as unknown as IAgoraRTCRemoteUser;

let channel: Channel;
let voices: unknown[];
let faults: string[];
let subscriptions: Subscriptions;

beforeEach(() => {
  vi.useFakeTimers();
  [channel, voices, faults] = [new Channel(), [], []];
  subscriptions = new Subscriptions(channel as unknown as IAgoraRTCClient, {
    onAudio: (_uid, track) => voices.push(track),
    onVideo: () => undefined,
    onMediaFault: (what) => faults.push(what),
    onSpeakerRefused: () => undefined,
  });
});

afterEach(() => vi.useRealTimers());

describe("a subscription", () => {
  it("that failed is retried while its user is in the channel", async () => {
    const user = agent();
    channel.remoteUsers = [user];
    const heard = subscriptions.hear(user);
    channel.works = true;
    await vi.runAllTimersAsync();
    await heard;
    expect([channel.asked, voices]).toEqual([["2 audio", "2 audio"], ["track"]]);
  });

  it("isn't retried after its user has left, whatever the user object says", async () => {
    const user = agent();
    channel.remoteUsers = [user];
    const heard = subscriptions.hear(user);
    await vi.advanceTimersByTimeAsync(0);
    channel.remoteUsers = [];
    await vi.runAllTimersAsync();
    await heard;
    expect([channel.asked, faults]).toEqual([["2 audio"], []]);
  });

  it("isn't requested if its user has left before, as after a reconnection", async () => {
    const user = agent();
    await subscriptions.see(user);
    expect(channel.asked).toEqual([]);
  });
});
