/** What was said, newest at the end. */

import type { Lines } from "../call/line";
import { useFollow } from "../hooks/useFollow";
import { DownIcon } from "./icons";
import { TranscriptLine } from "./TranscriptLine";

interface Props {
  lines: Lines;
  agentName: string;
  empty: string;
  /** Several agents may speak: each line says whose it is. */
  apart?: boolean;
  /** What to know before the first word. */
  note?: string;
}

export function Transcript({ lines, agentName, empty, apart = false, note = "" }: Props) {
  const { list, away, onScroll, toEnd } = useFollow(lines);
  return (
    <div className="transcript">
      <div
        ref={list}
        className="transcript-scroll"
        role="log"
        aria-live="off"
        aria-label="Transcript"
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
            <TranscriptLine key={line.key} line={line} agentName={agentName} apart={apart} />
          ))}
        </ol>
      </div>
      {away && (
        <button type="button" className="button-newest" onClick={toEnd}>
          <DownIcon />
          Latest
        </button>
      )}
    </div>
  );
}
