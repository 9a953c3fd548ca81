/** The event log with a filter, which also applies to copies and downloads. */

import { useState } from "preact/hooks";
import { exportedLog, filtered, LOG_KINDS, SHOWN } from "../call/log";
import type { LogKind } from "../call/log-text";
import { useLines } from "../hooks/useCall";
import { useLog } from "../hooks/useLog";
import { SaveButtons } from "./SaveButtons";

const KIND_LABELS: Record<LogKind, string> = { state: "States", step: "Steps", message: "Messages", error: "Errors" };

export function LogPanel() {
  const entries = useLog();
  const lines = useLines();
  const [kind, setKind] = useState<LogKind | "all">("all");
  const [words, setWords] = useState("");
  const found = filtered(entries, kind, words);
  const text = () => exportedLog(found, lines);
  return (
    <div className="log" data-testid="log">
      <div className="log-filter">
        <select aria-label="Event type" value={kind} onChange={(event) => setKind(event.currentTarget.value as LogKind | "all")}>
          <option value="all">All events</option>
          {LOG_KINDS.map((one) => (
            <option key={one} value={one}>
              {KIND_LABELS[one]}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Filter events"
          placeholder="Filter"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
      </div>
      <ol className="log-lines" tabIndex={0} aria-label="Events">
        {found
          .slice(-SHOWN)
          .toReversed()
          .map((entry) => (
            <li key={entry.n} className="log-line" data-testid="log-line" data-kind={entry.kind}>
              <time>{new Date(entry.atMs).toLocaleTimeString("en-GB")}</time>
              <span className="log-kind">{entry.kind}</span>
              <span className="log-text" dir="auto" title={entry.raw}>
                {entry.text}
              </span>
            </li>
          ))}
      </ol>
      {found.length > SHOWN && (
        <p className="log-more">
          Showing the newest {SHOWN} of {found.length}. Copy and Download include all.
        </p>
      )}
      <SaveButtons what="log" text={text} files={[{ label: "Download", name: "greenroom-log.txt", type: "text/plain", text }]} />
    </div>
  );
}
