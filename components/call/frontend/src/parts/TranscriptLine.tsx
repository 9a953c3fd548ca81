/** One turn in the transcript. Its text is text: React escapes it, nothing is interpreted. */

import { memo } from "react";
import type { Line } from "../call/transcript";
import { clock, milliseconds } from "../words";
import { StateShape } from "./icons";

interface Props {
  line: Line;
  agentName: string;
}

export const TranscriptLine = memo(function TranscriptLine({ line, agentName }: Props) {
  const who = line.speaker === "user" ? "You" : agentName;
  return (
    <li
      className="line" data-testid="line" data-speaker={line.speaker} data-state={line.state} data-source={line.source}
      data-turn={line.turnId ?? ""}
    >
      <p className="line-meta">
        <span className="line-who">{who}</span>
        <time>{clock(line.startedMs)}</time>
        {line.latencyMs !== null && (
          <span className="line-latency" data-testid="latency" title="From the end of your speech to the agent's first sound">
            {milliseconds(line.latencyMs)}
          </span>
        )}
        {line.source === "typed" && <span>{TYPED[line.state] ?? "typed"}</span>}
      </p>
      <p className="line-text" dir="auto">
        {line.text}
        {line.state === "interrupted" && <Cut />}
      </p>
    </li>
  );
});

/** Where somebody talked over the agent. */
function Cut() {
  return (
    <>
      {" "}
      <span className="line-cut">
        <StateShape look="interrupted" size={12} />
        Interrupted
      </span>
    </>
  );
}

const TYPED: Partial<Record<Line["state"], string>> = { sending: "sending", failed: "not sent" };
