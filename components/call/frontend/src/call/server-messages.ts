/** What a call does about the messages of the server. */

import type { ToStage } from "../protocol";
import type { Problem, RecordedTurn } from "../ticket";
import type { AgentWatch } from "./agent-watch";
import type { CallMedia } from "./call-media";
import type { Conversation } from "./conversation";
import { idleWarning } from "./reactions";
import type { Report } from "./report";

/** What the messages act on. */
export interface ServerMessageParts {
  readonly report: Report;
  readonly agent: AgentWatch;
  readonly conversation: Conversation;
  readonly media: CallMedia;
  /** The session is closed. `lengthMs` null: not known. */
  readonly onEnded: (reason: string, detail: string, lengthMs: number | null) => void;
  readonly onFailed: (problem: Problem) => void;
  readonly isOver: () => boolean;
}

export function serverSays(parts: ServerMessageParts, { type, fields }: ToStage): void {
  const { report, agent, conversation, media } = parts;
  const text = (name: string) => String(fields[name] ?? "");
  if (type === "agent") agent.started();
  if (type === "notice") report.dispatch({ type: "notice", text: text("text") });
  if (type === "token") void media.renewToken(text("token")).catch((why) => report.log("renew_failed", String(why)));
  if (type === "idle_warning") report.dispatch(idleWarning(fields["left_s"]));
  if (type === "turn") conversation.recorded(fields as unknown as RecordedTurn);
  if (type === "accepted") conversation.accepted(text("ref"));
  if (type === "problem") problem(parts, { message: text("message"), advice: text("advice") }, fields);
  if (type === "ended") {
    const length = fields["length_s"];
    parts.onEnded(text("reason"), text("detail"), typeof length === "number" ? length * 1000 : null);
  }
}

function problem(parts: ServerMessageParts, what: Problem, { fatal, ref }: ToStage["fields"]): void {
  const { report, conversation, onFailed, isOver } = parts;
  const failed = fatal !== true && typeof ref === "string" && ref !== "";
  const unsent = failed ? conversation.messageFailed(ref) : null;
  if (unsent !== null) report.dispatch({ type: "unsent", text: unsent });
  if (fatal === true) onFailed(what);
  // After the end, it answers a request of the ended call, and would replace the reason for the end.
  else if (!isOver()) report.dispatch({ type: "problem", problem: what });
}
