/** A browser and Agora's SDK as far as a call uses them: the test plays the network, the devices and the other participants. */

import { vi } from "vitest";

type Act = (...arguments_: unknown[]) => void;

class Emitter {
  private readonly acts = new Map<string, Act[]>();

  on(event: string, act: Act): void {
    this.acts.set(event, [...(this.acts.get(event) ?? []), act]);
  }

  emit(event: string, ...values: unknown[]): void {
    for (const act of this.acts.get(event) ?? []) act(...values);
  }

  removeAllListeners(): void {
    this.acts.clear();
  }
}

/** A track of one's own or of somebody else. */
export class PlayedTrack extends Emitter {
  readonly calls: string[] = [];
  closed = false;

  constructor(readonly options: Record<string, unknown> = {}) {
    super();
  }

  play = (): void => void this.calls.push("play");
  stop = (): void => void this.calls.push("stop");
  close = (): void => {
    this.closed = true;
  };
  setVolume = (volume: number): void => void this.calls.push(`volume ${volume}`);
  setMuted = async (muted: boolean): Promise<void> => void this.calls.push(`muted ${muted}`);
  setPlaybackDevice = async (id: string): Promise<void> => {
    this.calls.push(`speaker ${id}`);
    if (id === "refused") throw new Error("not allowed");
  };
  getMediaStreamTrack = (): unknown => this;
}

export interface RemoteUser {
  uid: number;
  hasAudio: boolean;
  hasVideo: boolean;
  audioTrack?: PlayedTrack;
  videoTrack?: PlayedTrack;
}

export class PlayedClient extends Emitter {
  remoteUsers: RemoteUser[] = [];
  readonly published: PlayedTrack[] = [];
  readonly joins: unknown[][] = [];
  readonly renewed: string[] = [];
  left = 0;
  accessPoints: unknown = null;
  turnServers: unknown = null;
  joining: () => Promise<number> = async () => 7;

  async join(...address: unknown[]): Promise<number> {
    this.joins.push(address);
    return await this.joining();
  }

  async leave(): Promise<void> {
    this.left++;
  }

  async publish(track: PlayedTrack): Promise<void> {
    this.published.push(track);
  }

  async unpublish(track: PlayedTrack): Promise<void> {
    this.published.splice(this.published.indexOf(track), 1);
  }

  async renewToken(token: string): Promise<void> {
    this.renewed.push(token);
  }

  setTurnServer(servers: unknown): void {
    if (this.accessPoints !== null) throw new Error("INVALID_OPERATION: already set the proxy");
    this.turnServers = servers;
  }

  setLocalAccessPointsV2(points: unknown): void {
    this.accessPoints = points;
  }

  async subscribe(user: RemoteUser, kind: "audio" | "video"): Promise<PlayedTrack> {
    const track = new PlayedTrack();
    if (kind === "audio") user.audioTrack = track;
    else user.videoTrack = track;
    return track;
  }

  /** Somebody comes and publishes. */
  comes(uid: number, kinds: ("audio" | "video")[] = ["audio"]): RemoteUser {
    const user = { uid, hasAudio: kinds.includes("audio"), hasVideo: kinds.includes("video") };
    this.remoteUsers.push(user);
    this.emit("user-joined", user);
    for (const kind of kinds) this.emit("user-published", user, kind);
    return user;
  }

  goes(uid: number, reason = "Quit"): void {
    const user = this.remoteUsers.find((one) => one.uid === uid);
    this.remoteUsers = this.remoteUsers.filter((one) => one.uid !== uid);
    this.emit("user-left", user ?? { uid }, reason);
  }
}

/** The SDK's module. */
export class PlayedSdk {
  readonly clients: PlayedClient[] = [];
  readonly microphones: PlayedTrack[] = [];
  readonly cameras: PlayedTrack[] = [];
  resumed = 0;
  onAutoplayFailed: (() => void) | null = null;
  microphoneFault: (id: string) => unknown = () => null;
  cameraFault: (id: string) => unknown = () => null;
  joining: () => Promise<number> = async () => 7;

  setLogLevel(): void {}

  createClient(): PlayedClient {
    const client = new PlayedClient();
    client.joining = () => this.joining();
    this.clients.push(client);
    return client;
  }

  async createMicrophoneAudioTrack(options: Record<string, unknown>): Promise<PlayedTrack> {
    return opened(this.microphones, options, this.microphoneFault(String(options["microphoneId"] ?? "")));
  }

  async createCameraVideoTrack(options: Record<string, unknown>): Promise<PlayedTrack> {
    return opened(this.cameras, options, this.cameraFault(String(options["cameraId"] ?? "")));
  }

  async createScreenVideoTrack(options: Record<string, unknown>): Promise<PlayedTrack> {
    return opened(this.cameras, { ...options, screen: true }, this.cameraFault("screen"));
  }

  resumeAudioContext(): void {
    this.resumed++;
  }

  get client(): PlayedClient {
    return this.clients.at(-1) as PlayedClient;
  }
}

function opened(tracks: PlayedTrack[], options: Record<string, unknown>, fault: unknown): PlayedTrack {
  if (fault !== null) throw fault instanceof Error ? fault : Object.assign(new Error(String(fault)), { code: String(fault) });
  const track = new PlayedTrack(options);
  tracks.push(track);
  return track;
}

/** The line to our server. */
export class PlayedSocket {
  static all: PlayedSocket[] = [];
  readonly sent: Record<string, unknown>[] = [];
  bufferedAmount = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    PlayedSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.onclose?.({ code: 1000 });
  }

  says(type: string, fields: Record<string, unknown> = {}): void {
    this.onmessage?.({ data: JSON.stringify({ type, ...fields }) });
  }

  welcome(): void {
    this.onopen?.();
    this.says("welcome", { server_ms: 1 });
  }

  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((message) => message["type"] === type);
  }
}

/** One node of the audio graph; its connections count. */
class Node {
  readonly connected: [unknown, unknown][] = [];
  readonly gain = { setValueAtTime: vi.fn(), linearRampToValueAtTime: vi.fn(), exponentialRampToValueAtTime: vi.fn() };
  readonly stream = { getTracks: () => [] };
  connect(target: unknown, _output?: number, input?: number): unknown {
    this.connected.push([target, input]);
    return target;
  }
  disconnect(): void {
    this.connected.length = 0;
  }
  start(): void {}
  stop(): void {}
}

export class PlayedWorklet extends Node {
  static newest: PlayedWorklet | null = null;
  readonly port: { onmessage: ((event: { data: number[] }) => void) | null } = { onmessage: null };

  constructor() {
    super();
    PlayedWorklet.newest = this;
  }

  /** Blocks of 10 ms: the time in seconds, then the loudness of either side. */
  hears(...blocks: [seconds: number, mic: number, agent: number][]): void {
    this.port.onmessage?.({ data: blocks.flat() });
  }
}

export class PlayedContext {
  static all: PlayedContext[] = [];
  state = "suspended";
  currentTime = 0;
  readonly audioWorklet = { addModule: async () => undefined };

  constructor() {
    PlayedContext.all.push(this);
  }

  async resume(): Promise<void> {
    this.state = "running";
  }

  async close(): Promise<void> {
    this.state = "closed";
  }

  createMediaStreamSource(): Node {
    return new Node();
  }

  createMediaStreamDestination(): Node {
    return new Node();
  }
}

export class PlayedRecorder {
  static all: PlayedRecorder[] = [];
  static isTypeSupported = (): boolean => true;
  state = "recording";
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  onstop: (() => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    PlayedRecorder.all.push(this);
  }

  start(): void {}

  stop(): void {
    this.state = "inactive";
    this.onstop?.();
  }

  gives(text: string): void {
    this.ondataavailable?.({ data: new Blob([text]) });
  }
}

export interface PlayedBrowser {
  readonly sdk: PlayedSdk;
  readonly beacons: string[];
  readonly stored: Map<string, string>;
  devices: { kind: string; deviceId: string; label: string }[];
  devicesChanged(): void;
}

/** Puts it all in place of a real browser; undo with `vi.unstubAllGlobals()`. */
export function playBrowser(): PlayedBrowser {
  const sdk = new PlayedSdk();
  const beacons: string[] = [];
  const stored = new Map<string, string>();
  const changed: (() => void)[] = [];
  const browser = { sdk, beacons, stored, devices: [], devicesChanged: () => changed.forEach((act) => void act()) };
  PlayedSocket.all = [];
  PlayedContext.all = [];
  PlayedRecorder.all = [];
  PlayedWorklet.newest = null;
  const localStorage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => stored.set(key, text),
  };
  vi.stubGlobal("window", {
    location: { protocol: "http:", host: "localhost:8501" },
    isSecureContext: true,
    localStorage,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  });
  vi.stubGlobal("navigator", {
    sendBeacon: (url: string) => beacons.push(url),
    mediaDevices: {
      addEventListener: (_type: string, act: () => void) => changed.push(act),
      enumerateDevices: async () => browser.devices,
    },
  });
  vi.stubGlobal("WebSocket", PlayedSocket);
  vi.stubGlobal("AudioContext", PlayedContext);
  vi.stubGlobal("AudioWorkletNode", PlayedWorklet);
  for (const node of ["ChannelMergerNode", "GainNode", "MediaStreamAudioDestinationNode", "OscillatorNode"])
    vi.stubGlobal(node, Node);
  vi.stubGlobal("MediaStream", class {});
  vi.stubGlobal("MediaRecorder", PlayedRecorder);
  return browser;
}
