/** Sends what the caller types. Each message is shown as sending until the server accepts or rejects it. */

import type { Priority } from "../protocol";
import type { Conversation } from "./conversation";
import type { MessageKind } from "./line";
import type { ServerConnection } from "./server-connection";
import type { Silence } from "./silence";

export class Outgoing {
  private count = 0;

  constructor(
    private readonly server: ServerConnection,
    private readonly conversation: Conversation,
    private readonly silence: Silence,
  ) {}

  /** False while the server is unreachable: keep the text. */
  write(source: MessageKind, text: string, priority: Priority): boolean {
    if (!this.server.online) return false;
    const ref = `${source}/${++this.count}-${Math.round(performance.now())}`;
    this.conversation.addMessage(source, text, ref);
    this.silence.typed(performance.now());
    if (source === "whisper") this.server.send("whisper", { text, ref });
    else this.server.send(source, { text, priority, ref });
    return true;
  }

  interrupt(): void {
    this.server.send("interrupt", {});
  }
}
