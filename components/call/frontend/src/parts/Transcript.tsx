/** The transcript with tool calls, newest line last. */

import { Fragment } from "preact";
import type { Lines } from "../call/line";
import type { ToolCall } from "../call/tool-calls";
import { useAutoScroll } from "../hooks/useAutoScroll";
import { useTexts } from "../hooks/useTexts";
import { DownIcon } from "./icons";
import { ToolBubble } from "./ToolBubble";
import { TranscriptLine } from "./TranscriptLine";

interface Props {
  lines: Lines;
  agentName: string;
  empty: string;
  /** With several agents, each line names its agent. */
  apart?: boolean;
  /** A note before the first line. */
  note?: string;
  /** Each is shown before the reply of its turn. */
  calls?: readonly ToolCall[];
  /** The session whose replies can become tests; null = none. */
  testable?: string | null;
}

const NO_CALLS: readonly ToolCall[] = [];

export function Transcript({ lines, agentName, empty, apart = false, note = "", calls = NO_CALLS, testable = null }: Props) {
  const answered = new Set(lines.flatMap((line) => (line.speaker === "agent" ? [line.turnId] : [])));
  const texts = useTexts();
  const { list, away, onScroll, toEnd } = useAutoScroll(lines);
  return (
    <div className="transcript">
      <div
        ref={list}
        className="transcript-scroll"
        role="log"
        aria-live="off"
        aria-label={texts.of("Transcript")}
        tabIndex={0}
        data-testid="transcript"
        onScroll={onScroll}
      >
        {note !== "" && (
          <p className="transcript-note" data-testid="brain-note">
            {note}
          </p>
        )}
        {lines.length === 0 && <p className="transcript-empty">{empty}</p>}
        <ol className="lines">
          {lines.map((line) => (
            <Fragment key={line.key}>
              {line.speaker === "agent" && <Calls calls={calls.filter((call) => call.turnId === line.turnId)} />}
              <TranscriptLine line={line} agentName={agentName} apart={apart} testable={testable} />
            </Fragment>
          ))}
          <Calls calls={calls.filter((call) => !answered.has(call.turnId))} />
        </ol>
      </div>
      {away && (
        <button type="button" className="button-newest" onClick={toEnd}>
          <DownIcon />
          {texts.of("Latest")}
        </button>
      )}
    </div>
  );
}

function Calls({ calls }: { calls: readonly ToolCall[] }) {
  return calls.map((call) => <ToolBubble key={call.id} call={call} />);
}
