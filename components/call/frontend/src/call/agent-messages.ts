/** Lets Agora's unmodified client toolkit read our data stream: it gets adapters instead of the RTC and RTM clients.
 *
 * The toolkit alone reads chunked text as Latin-1, drops parts numbered from 0, takes three `|` in a text for a chunk, and hears
 * `message.state` only from RTM, which Greenroom doesn't include. So messages are assembled here and passed on as plain JSON.
 */

import type { AgentTranscription, AgoraVoiceAI, TranscriptHelperItem, UserTranscription } from "agora-agent-client-toolkit";
import type { TranscriptUpdate } from "./line";
import type { Toolkit } from "./software";
import type { AgentState } from "./state";
import { type ToolCall, toolCall } from "./tool-calls";
import { TranscriptPacer } from "./transcript-pacer";
import { Assembly, type Message } from "./wire";

type Item = TranscriptHelperItem<Partial<UserTranscription | AgentTranscription>>;
// The toolkit's structural types want listeners of any arguments.
// biome-ignore lint/suspicious/noExplicitAny: the arguments differ from event to event
type Listener = (...args: any[]) => void;

/** What the agent reports over the data stream. */
export interface AgentMessageEvents {
  onTranscript(items: TranscriptUpdate[]): void;
  onAgentState(agentState: AgentState, turnId: number): void;
  onInterrupted(turnId: number): void;
  /** Latencies of a turn in ms, by Agora's segment names. */
  onStages(turnId: number, stages: Record<string, number>, endedBy?: string): void;
  onVendorError(module: string, code: number, message: string): void;
  /** A tool call started or ended. */
  onToolCall?(call: ToolCall): void;
}

class Listeners {
  private readonly byEvent = new Map<string, Set<Listener>>();

  readonly add = (event: string, listener: Listener): void => {
    this.byEvent.set(event, (this.byEvent.get(event) ?? new Set()).add(listener));
  };

  readonly remove = (event: string, listener: Listener): void => {
    this.byEvent.get(event)?.delete(listener);
  };

  emit(event: string, ...args: unknown[]): void {
    for (const listener of [...(this.byEvent.get(event) ?? [])]) listener(...args);
  }
}

/** Reads the data stream of one agent, from {@link open} until {@link close}. It can be opened again. */
export class AgentMessages {
  private readonly assembly = new Assembly();
  private readonly rtc = new Listeners();
  private readonly rtm = new Listeners();
  private readonly pace = new TranscriptPacer((publisher, message) =>
    this.rtc.emit("stream-message", publisher, encoded(message)),
  );
  private voice: AgoraVoiceAI | null = null;

  constructor(
    private readonly toolkit: Toolkit,
    private readonly channel: string,
    private readonly heard: AgentMessageEvents,
  ) {}

  /** Opens in text mode, where a line is the whole turn so far, and paces text that runs ahead of the audio: word mode stalls without PTS. */
  async open(): Promise<void> {
    const { AgoraVoiceAI, AgoraVoiceAIEvents, TranscriptHelperMode } = this.toolkit;
    const voice = await AgoraVoiceAI.init({
      rtcEngine: { on: this.rtc.add, off: this.rtc.remove },
      rtmEngine: { publish: needsRtm, addEventListener: this.rtm.add, removeEventListener: this.rtm.remove },
      renderMode: TranscriptHelperMode.TEXT,
    });
    voice.on(AgoraVoiceAIEvents.TRANSCRIPT_UPDATED, (items) => this.heard.onTranscript(items.map(transcriptUpdate)));
    voice.on(AgoraVoiceAIEvents.AGENT_STATE_CHANGED, (_agent, event) =>
      this.heard.onAgentState(agentStateOf(event.state), event.turnID),
    );
    voice.on(AgoraVoiceAIEvents.AGENT_INTERRUPTED, (_agent, event) => this.heard.onInterrupted(event.turnID));
    voice.subscribeMessage(this.channel);
    this.voice = voice;
  }

  /** One packet of the data stream, as the SDK delivers it. */
  take(publisher: string | number, piece: Uint8Array): void {
    const message = this.assembly.take(String(publisher), piece);
    if (message === null) return;
    if (message["object"] === "message.state") this.state(String(publisher), message);
    else if (message["object"] === "message.error") this.vendorError(message);
    else if (message["event_type"] === "turn.finished") this.stages(message);
    else if (message["event_type"] === "tool.call") this.toolCall(message);
    else this.pace.take(String(publisher), message);
  }

  /** The agent's audio started; `atMs` on the page's clock (performance.now()). */
  sounded(atMs: number): void {
    this.pace.sounded(atMs);
  }

  close(): void {
    this.pace.close();
    this.voice?.unsubscribe();
    this.voice?.destroy();
    this.voice = null;
  }

  private state(publisher: string, message: Message): void {
    this.rtm.emit("presence", {
      publisher,
      timestamp: Number(message["send_ts"] ?? Date.now()),
      eventType: "REMOTE_STATE_CHANGED",
      channelName: this.channel,
      channelType: "MESSAGE",
      stateChanged: { state: String(message["state"]), turn_id: String(message["turn_id"] ?? 0) },
    });
  }

  private stages(message: Message): void {
    const told = finishedTurn(message["payload"]);
    if (told !== null) this.heard.onStages(told.turnId, told.stages, told.endedBy);
  }

  private toolCall(message: Message): void {
    const call = toolCall(message["payload"]);
    if (call !== null) this.heard.onToolCall?.(call);
  }

  /** Read here because the toolkit drops the errors of some modules, such as `asr`. */
  private vendorError(message: Message): void {
    const [module, code] = [String(message["module"] ?? "unknown"), Number(message["code"] ?? 0)];
    this.heard.onVendorError(module, code, String(message["message"] ?? ""));
  }
}

/** A turn's latencies. `endedBy`: why the caller's turn ended, which only the twin reports. */
export interface FinishedTurn {
  turnId: number;
  stages: Record<string, number>;
  endedBy?: string;
}

/** Reads the payload of `turn.finished`, whose segments are a list over REST and RTM and an object in webhooks; null for anything else. */
export function finishedTurn(payload: unknown): FinishedTurn | null {
  if (typeof payload !== "object" || payload === null) return null;
  const { turn_id, metrics, start } = payload as {
    turn_id?: unknown;
    metrics?: { segmented_latency_ms?: unknown } | null;
    start?: { ended_by?: unknown } | null;
  };
  const segments = metrics?.segmented_latency_ms;
  if (typeof segments !== "object" || segments === null || !Number.isInteger(turn_id)) return null;
  const pairs: [unknown, unknown][] = Array.isArray(segments)
    ? segments.map((one: { name?: unknown; latency?: unknown } | null) => [one?.name, one?.latency])
    : Object.entries(segments);
  const known = pairs.filter(
    ([name, ms]) => typeof name === "string" && typeof ms === "number" && Number.isFinite(ms) && ms >= 0,
  );
  const endedBy = typeof start?.ended_by === "string" ? { endedBy: start.ended_by } : {};
  return { turnId: turn_id as number, stages: Object.fromEntries(known) as Record<string, number>, ...endedBy };
}

/** The message as plain JSON, with `|` escaped so that the toolkit doesn't take it for its own framing. */
export function encoded(message: Message): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(message).replaceAll("|", "\\u007c"));
}

async function needsRtm(): Promise<never> {
  throw new Error("This needs Agora's RTM, which Greenroom doesn't include.");
}

/** The state that the stage shows for Agora's: idle and silent count as listening. */
export function agentStateOf(state: string): AgentState {
  return state === "thinking" || state === "speaking" ? state : "listening";
}

/** The speaker is the one that the message names; without a name, uid 0 is the caller. */
export function transcriptUpdate(item: Item): TranscriptUpdate {
  const said = item.metadata;
  const isUser = said?.object === undefined ? item.uid === "0" : String(said.object) === "user.transcription";
  const status = said !== null && "turn_status" in said ? Number(said.turn_status) : Number(item.status);
  return {
    speaker: isUser ? "user" : "agent",
    publisher: item.uid,
    turnId: Number(item.turn_id),
    text: item.text,
    complete: isUser ? said === null || !("final" in said) || said.final === true : status !== 0,
    interrupted: !isUser && status === 2,
  };
}
