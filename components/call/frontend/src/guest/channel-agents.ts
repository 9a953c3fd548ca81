/** Reads the messages of every agent in a channel, separately, because each agent numbers its own turns. */

import type { UID } from "agora-rtc-sdk-ng";
import { AgentMessages } from "../call/agent-messages";
import type { Conversation } from "../call/conversation";
import { vendorMessage } from "../call/problems";
import { loadToolkit, type Toolkit } from "../call/software";
import type { AgentState } from "../call/state";
import type { Problem } from "../ticket";

/** What the agents of a channel report. */
export interface AgentEvents {
  onAgentState(uid: string, agentState: AgentState): void;
  onProblem(problem: Problem): void;
}

/** Reads all agents of one channel into one conversation, until {@link close}. */
export class ChannelAgents {
  private readonly messages = new Map<string, AgentMessages>();
  /** How often each uid has left: an agent that joins later under the same uid is another one. */
  private readonly departures = new Map<string, number>();
  /** Agent and its turn ID → turn ID in this call, in the order of their first words. */
  private readonly turns = new Map<string, number>();
  private hearing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly channel: string,
    private readonly conversation: Conversation,
    private readonly events: AgentEvents,
    private readonly load: () => Promise<Toolkit> = loadToolkit,
  ) {}

  /** Takes a packet of the data stream. Packets are read in order, although the toolkit loads with the first one. */
  take(uid: UID, piece: Uint8Array): void {
    this.hearing = this.hearing
      .then(async () => (await this.messagesOf(String(uid)))?.take(uid, piece))
      // The next message tries to load the toolkit again.
      .catch((error: unknown) => console.warn("Reading the agent's messages:", String(error)));
  }

  gone(uid: string): void {
    this.messages.get(uid)?.close();
    this.messages.delete(uid);
    this.departures.set(uid, (this.departures.get(uid) ?? 0) + 1);
  }

  close(): void {
    this.closed = true;
    for (const messages of this.messages.values()) messages.close();
    this.messages.clear();
  }

  private async messagesOf(uid: string): Promise<AgentMessages | null> {
    const known = this.messages.get(uid);
    if (known !== undefined || this.closed) return known ?? null;
    const left = this.departures.get(uid) ?? 0;
    const name = left === 0 ? uid : `${uid} (${left + 1})`;
    const toolkit = await this.load();
    if (this.closed) return null;
    const messages = new AgentMessages(toolkit, this.channel, {
      onTranscript: (items) =>
        this.conversation.hear(
          items.map((item) => ({
            ...item,
            turnId: this.turn(name, item.turnId),
            publisher: item.speaker === "agent" ? name : item.publisher,
          })),
        ),
      onAgentState: (agentState) => this.events.onAgentState(uid, agentState),
      onInterrupted: (turnId) => this.conversation.interrupted(this.turn(name, turnId)),
      onStages: () => undefined,
      onVendorError: (module, code, message) =>
        this.events.onProblem({
          message: vendorMessage(module, code, message, `Agent ${uid}: the`),
          advice: "The agent's owner can check its settings.",
        }),
    });
    await messages.open();
    if (this.closed) messages.close();
    else this.messages.set(uid, messages);
    return messages;
  }

  private turn(name: string, turnId: number): number {
    const key = `${name}/${turnId}`;
    const known = this.turns.get(key) ?? this.turns.size;
    this.turns.set(key, known);
    return known;
  }
}
