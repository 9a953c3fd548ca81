/** A line of the transcript. The agent's lines render a subset of Markdown; HTML stays text. */

import { memo } from "preact/compat";
import { ASIDE, type Line } from "../call/line";
import { clock, milliseconds } from "../formatting";
import { useTexts } from "../hooks/useTexts";
import { SOURCE_LABELS } from "../labels";
import { StateShape } from "./icons";
import { RichText } from "./RichText";
import { Thumbs } from "./Thumbs";

interface Props {
  line: Line;
  agentName: string;
  apart?: boolean;
  /** The session whose replies can become tests; null = none. */
  testable?: string | null;
}

export const TranscriptLine = memo(function TranscriptLine({ line, agentName, apart = false, testable = null }: Props) {
  const texts = useTexts();
  const who =
    line.speaker === "user" ? texts.of("You") : apart && line.publisher !== "" ? `${agentName} ${line.publisher}` : agentName;
  return (
    <li
      className="line"
      data-testid="line"
      data-speaker={line.speaker}
      data-state={line.state}
      data-source={line.source}
      data-turn={line.turnId ?? ""}
    >
      <p className="line-meta">
        <span className="line-who">{who}</span>
        <time>{clock(line.startedMs)}</time>
        {line.latencyMs !== null && (
          <span
            className="line-latency"
            data-testid="latency"
            title={texts.of("From the end of your speech to the agent's first audio")}
          >
            {milliseconds(line.latencyMs)}
          </span>
        )}
        {line.source !== "voice" && line.speaker === "user" && <span data-testid="line-note">{noteOf(line)}</span>}
        {testable !== null && answers(line) && <Thumbs sessionId={testable} turnId={line.turnId} />}
      </p>
      <div className="line-text" dir="auto">
        {line.speaker === "agent" ? <RichText text={line.text} /> : line.text}
        {line.state === "interrupted" && <Cut />}
      </div>
    </li>
  );
});

/** Whether the line is a finished reply in a turn of Agora's, and not the greeting. */
function answers(line: Line): line is Line & { turnId: number } {
  const over = line.state === "final" || line.state === "interrupted";
  return line.speaker === "agent" && over && line.turnId !== null && line.turnId > 0 && line.turnId < ASIDE;
}

/** Marks where the caller interrupted the agent. */
function Cut() {
  const texts = useTexts();
  return (
    <>
      {" "}
      <span className="line-cut">
        <StateShape look="interrupted" size={12} />
        {texts.of("Interrupted")}
      </span>
    </>
  );
}

/** The type of a sent message, and whether it was sent. */
function noteOf({ source, state }: Line): string {
  const what = SOURCE_LABELS[source] ?? "";
  if (state === "sending") return source === "typed" ? "Sending…" : `${what}, sending…`;
  return state === "failed" ? "Not sent" : what;
}
