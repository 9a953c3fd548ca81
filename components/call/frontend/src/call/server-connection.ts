/** The stage's WebSocket to our server (protocol.ts): authenticates, sends heartbeats, reconnects, and queues messages meanwhile. */

import { type FieldsFromStage, type FromStage, type LeaveReason, readMessage, type ToStage } from "../protocol";
import type { Ticket } from "../ticket";

export const HEARTBEAT_MS = 2000;
/** Pauses before each attempt to reconnect; the last one repeats. */
export const BACKOFF_MS: readonly number[] = [250, 500, 1000, 2000, 4000];
/** Queue limit while disconnected; the oldest messages are dropped. */
const MOST_WAITING = 300;
const STUCK_BEATS = 2;
/** Time limit until the server's welcome; then a new socket is opened. */
export const WELCOME_MS = 10_000;
/** RFC 6455 "policy violation": the server rejects this ticket, and a retry can't succeed. */
const REFUSED = 1008;

/** What the connection reports. */
export interface ServerEvents {
  onMessage(message: ToStage): void;
  onOnline(online: boolean): void;
  /** What a heartbeat reports. */
  silence(): FieldsFromStage<"heartbeat">;
  /** The server rejected the ticket; there is no further attempt. */
  onRefused(): void;
}

/** The connection of one call, from {@link connect} until {@link close}. */
export class ServerConnection {
  private socket: WebSocket | null = null;
  private open = false;
  private closed = false;
  private tries = 0;
  private stuck = 0;
  private waiting: string[] = [];
  private heartbeat: ReturnType<typeof setInterval> | null = null;
  /** The next attempt, or the time limit of the current one. */
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ticket: Pick<Ticket, "session_id" | "capability">,
    private readonly events: ServerEvents,
  ) {}

  connect(): void {
    const { protocol, host } = window.location;
    const path = `/api/calls/${encodeURIComponent(this.ticket.session_id)}/stage`;
    const socket = new WebSocket(`${protocol === "https:" ? "wss" : "ws"}://${host}${path}`);
    this.socket = socket;
    socket.onopen = () => this.greet(socket);
    socket.onmessage = ({ data }) => this.take(data);
    socket.onclose = ({ code }) => this.lost(socket, code);
    this.retry = setTimeout(() => this.drop(socket), WELCOME_MS);
    window.addEventListener("online", this.hurry);
  }

  /** Sends a message now, or after the next connection. */
  send<K extends FromStage>(type: K, fields: FieldsFromStage<K>): void {
    const message = JSON.stringify({ type, ...fields });
    if (this.open) this.socket?.send(message);
    else if (!this.closed) this.waiting = [...this.waiting, message].slice(-MOST_WAITING);
  }

  close(): void {
    this.closed = true;
    window.removeEventListener("online", this.hurry);
    this.quiet();
    if (this.socket !== null) this.socket.onclose = null;
    this.socket?.close();
    this.socket = null;
  }

  /** Ends the call by a POST that outlives the page: for a page that is being unloaded, or without a connection. */
  endByBeacon(reason: LeaveReason): void {
    const body = JSON.stringify({ capability: this.ticket.capability, reason });
    const path = `/api/calls/${encodeURIComponent(this.ticket.session_id)}/end`;
    navigator.sendBeacon(path, new Blob([body], { type: "application/json" }));
  }

  /** Ends the call, over the socket or by {@link endByBeacon}. */
  end(reason: LeaveReason): void {
    if (this.open) this.send("end", { reason });
    else this.endByBeacon(reason);
  }

  get online(): boolean {
    return this.open;
  }

  private greet(socket: WebSocket): void {
    socket.send(JSON.stringify({ type: "hello", capability: this.ticket.capability }));
  }

  /** The connection is open once the server has answered the hello: before, it hasn't accepted the ticket. */
  private take(data: unknown): void {
    const message = readMessage(data);
    if (message === null) return;
    if (message.type === "welcome") this.welcomed();
    this.events.onMessage(message);
  }

  private welcomed(): void {
    clearTimeout(this.retry);
    this.open = true;
    this.tries = this.stuck = 0;
    const waiting = this.waiting;
    this.waiting = [];
    for (const message of waiting) this.socket?.send(message);
    this.heartbeat ??= setInterval(() => this.beat(), HEARTBEAT_MS);
    this.events.onOnline(true);
  }

  /** A socket whose last heartbeats are still in the browser's buffer is dead, even if it seems open. */
  private beat(): void {
    const { socket } = this;
    if (socket === null) return;
    this.stuck = socket.bufferedAmount > 0 ? this.stuck + 1 : 0;
    if (this.stuck < STUCK_BEATS) {
      this.send("heartbeat", this.events.silence());
      return;
    }
    this.drop(socket);
  }

  private drop(socket: WebSocket): void {
    socket.onclose = null;
    socket.close();
    this.lost(socket, 1006);
  }

  private lost(socket: WebSocket, code: number): void {
    if (this.socket !== socket || this.closed) return;
    const wasOpen = this.open;
    this.quiet();
    this.socket = null;
    if (wasOpen) this.events.onOnline(false);
    if (code === REFUSED) {
      this.close();
      this.events.onRefused();
      return;
    }
    const wait = BACKOFF_MS[Math.min(this.tries++, BACKOFF_MS.length - 1)];
    this.retry = setTimeout(() => this.connect(), wait);
  }

  private readonly hurry = (): void => {
    if (this.closed || this.socket !== null) return;
    clearTimeout(this.retry);
    this.connect();
  };

  private quiet(): void {
    this.open = false;
    clearTimeout(this.retry);
    if (this.heartbeat !== null) clearInterval(this.heartbeat);
    this.heartbeat = null;
  }
}
