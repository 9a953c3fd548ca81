/** Records both sides of a call and uploads the audio every second, so that a crashed tab loses one second at most. */

import { fetchWithin } from "../fetch-within";
import type { Place, Ticket } from "../ticket";
import { RecordingSegment, type Send, TYPE } from "./recording-segment";
import { readStored, store } from "./storage";
import { Store } from "./store";

/** on: recording · off: not recording, by choice or without a call · failed: not recording, and `problem` says why. */
export type RecordingPhase = "off" | "on" | "failed";

/** The state of recording. */
export interface Recording {
  readonly phase: RecordingPhase;
  /** Whether calls are recorded, by where they run; off by default on Agora's network. */
  readonly wanted: Readonly<Record<Place, boolean>>;
  readonly problem: string | null;
  /** The last recorded session; null before the first. */
  readonly session: string | null;
}

/** Both sides as one stereo stream: caller left, agent right. */
export interface CallAudio {
  stream(): Promise<MediaStream>;
}

const KEY = "greenroom.recording";
/** A second of audio has about 8 kB. */
const UPLOAD_MS = 30_000;
const WANTED: Recording["wanted"] = { twin: true, cloud: false };

/** One per page. Records calls, as set by place. */
export class Recorder {
  readonly state: Store<Recording>;
  private audio: CallAudio | null = null;
  private ticket: Ticket | null = null;
  private zeroMs = 0;
  private segment: RecordingSegment | null = null;

  constructor() {
    this.state = new Store<Recording>({ phase: "off", wanted: readWanted(readStored(KEY)), problem: null, session: null });
  }

  /** A call has started, at `zeroMs` on the page's clock. Records it if recording is on where it runs. */
  attach(audio: CallAudio, ticket: Ticket, zeroMs: number): void {
    [this.audio, this.ticket, this.zeroMs] = [audio, ticket, zeroMs];
    if (this.state.get().wanted[ticket.place]) void this.begin();
  }

  /** Turns recording on or off, for this call and the next ones in this place. */
  want(place: Place, wanted: boolean): void {
    this.set({ wanted: { ...this.state.get().wanted, [place]: wanted }, problem: null });
    store(KEY, JSON.stringify(this.state.get().wanted));
    if (this.ticket?.place !== place) return;
    if (wanted) void this.begin();
    else this.stop();
  }

  /** Sets what a guest link's owner chose and the guest agreed to; for this page, and not stored. */
  decide(place: Place, wanted: boolean): void {
    this.set({ wanted: { ...this.state.get().wanted, [place]: wanted } });
  }

  dismiss(): void {
    this.set({ problem: null });
  }

  /** The call is over: uploads the last chunk, then asks the server to join the chunks into one file. */
  close(): void {
    const { ticket, segment } = this;
    this.stop();
    this.audio = this.ticket = null;
    if (ticket !== null && segment !== null)
      void segment
        .done()
        .then(() => sender(ticket)("done", null))
        .catch(() => undefined);
  }

  private async begin(): Promise<void> {
    const { audio, ticket } = this;
    if (audio === null || ticket === null || this.segment !== null) return;
    if (typeof MediaRecorder === "undefined" || !MediaRecorder.isTypeSupported(TYPE)) {
      this.set({ phase: "failed", problem: "This browser can't record calls. The call continues." });
      return;
    }
    try {
      const stream = await audio.stream();
      if (this.audio !== audio || this.segment !== null || !this.state.get().wanted[ticket.place]) return;
      const segment = new RecordingSegment(
        stream,
        Math.max(0, Math.round(performance.now() - this.zeroMs)),
        sender(ticket),
        (why) => this.failed(segment, why),
      );
      this.segment = segment;
      this.set({ phase: "on", problem: null, session: ticket.session_id });
    } catch (error) {
      if (this.audio !== audio) return; // the call ended first
      this.set({ phase: "failed", problem: `Couldn't start recording: ${String(error)}` });
    }
  }

  private stop(): void {
    this.segment?.stop();
    this.segment = null;
    this.set({ phase: "off" });
  }

  private failed(segment: RecordingSegment, why: string): void {
    if (this.segment !== segment) return;
    this.stop();
    this.set({ phase: "failed", problem: `Recording stopped: ${why} The call continues.` });
  }

  private set(change: Partial<Recording>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}

function sender({ session_id, capability }: Ticket): Send {
  const base = `/api/calls/${encodeURIComponent(session_id)}/recording/`;
  // keepalive: the last second of a page that is being closed may still get through
  const request = { method: "POST", keepalive: true, headers: { Authorization: `Bearer ${capability}` } };
  return (path, body) => fetchWithin(UPLOAD_MS, base + path, { ...request, body }, async ({ status }) => status);
}

/** Parses the stored setting; what can't be read has its default. */
export function readWanted(stored: string | null): Recording["wanted"] {
  try {
    const read = JSON.parse(stored ?? "{}") as Partial<Recording["wanted"]>;
    const known = (place: Place) => (typeof read[place] === "boolean" ? read[place] : WANTED[place]);
    return { twin: known("twin"), cloud: known("cloud") };
  } catch {
    return WANTED;
  }
}
