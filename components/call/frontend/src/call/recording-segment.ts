/** An uninterrupted segment of a recording, uploaded in chunks of one second. */

import { pause } from "./wait";

/** Resolves to the HTTP status; rejects if the server can't be reached. */
export type Send = (path: string, body: Blob | null) => Promise<number>;

/** MIME type of the chunks. */
export const TYPE = "audio/webm;codecs=opus";
const CHUNK_MS = 1000;
const BITS_PER_SECOND = 64_000;
const TRIES_MS: readonly number[] = [500, 1000, 2000, 4000, 8000];
/** Statuses after which a retry can't succeed. */
const FINAL: ReadonlySet<number> = new Set([400, 403, 404, 409, 413, 429]);

/** Uploads one chunk after the other, each with retries. */
export class RecordingSegment {
  private readonly recorder: MediaRecorder;
  private queue: Promise<void> = Promise.resolve();
  private chunks = 0;
  private broken = false;
  private stopped: () => void = () => undefined;
  private readonly hasStopped = new Promise<void>((resolve) => (this.stopped = resolve));

  constructor(
    stream: MediaStream,
    private readonly offsetMs: number,
    private readonly send: Send,
    private readonly onFailed: (why: string) => void,
  ) {
    this.recorder = new MediaRecorder(stream, { mimeType: TYPE, audioBitsPerSecond: BITS_PER_SECOND });
    this.recorder.ondataavailable = ({ data }) => this.upload(data);
    this.recorder.onstop = () => this.stopped();
    this.recorder.onerror = () => this.fail("the browser reported an error.");
    this.recorder.start(CHUNK_MS);
  }

  stop(): void {
    if (this.recorder.state === "inactive") this.stopped();
    else this.recorder.stop();
  }

  /** Resolves when the last chunk is uploaded, or given up. */
  async done(): Promise<void> {
    await Promise.race([this.hasStopped, pause(CHUNK_MS)]);
    await this.queue;
  }

  private upload(chunk: Blob): void {
    if (chunk.size === 0 || this.broken) return;
    const number = this.chunks++;
    this.queue = this.queue.then(() => this.deliver(`${this.offsetMs}/${number}`, chunk));
  }

  private async deliver(path: string, chunk: Blob): Promise<void> {
    for (const wait of [...TRIES_MS, 0]) {
      if (this.broken) return;
      const status = await this.send(path, chunk).catch(() => 0);
      if (status >= 200 && status < 300) return;
      if (FINAL.has(status)) break;
      if (status === 507) return this.fail("the server's disk is full.");
      await pause(wait);
    }
    this.fail("the server didn't accept it.");
  }

  private fail(why: string): void {
    if (this.broken) return;
    this.broken = true;
    this.stop();
    this.onFailed(why);
  }
}
