/** The events of the call, filtered; copied and saved as they are shown. */

import { useState } from "react";
import { filtered, LOG_KINDS, type LogKind, logText, SHOWN } from "../call/log";
import { useLog } from "../hooks/useLog";
import { SaveButtons } from "./SaveButtons";

const KIND_WORDS: Record<LogKind, string> = { state: "States", step: "Steps", message: "Messages", error: "Errors" };

export function LogPanel() {
  const entries = useLog();
  const [kind, setKind] = useState<LogKind | "all">("all");
  const [words, setWords] = useState("");
  const found = filtered(entries, kind, words);
  const text = () => logText(found);
  return (
    <div className="log" data-testid="log">
      <div className="log-filter">
        <select aria-label="Kind of event" value={kind} onChange={(event) => setKind(event.target.value as LogKind | "all")}>
          <option value="all">All</option>
          {LOG_KINDS.map((one) => (
            <option key={one} value={one}>
              {KIND_WORDS[one]}
            </option>
          ))}
        </select>
        <input
          type="search"
          aria-label="Filter the log"
          placeholder="Filter"
          value={words}
          onChange={(event) => setWords(event.target.value)}
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
              <span className="log-text" dir="auto">
                {entry.text}
              </span>
            </li>
          ))}
      </ol>
      {found.length > SHOWN && (
        <p className="log-more">
          The newest {SHOWN} of {found.length}; copy and download have all.
        </p>
      )}
      <SaveButtons what="log" text={text} files={[{ label: "Download", name: "greenroom-log.txt", type: "text/plain", text }]} />
    </div>
  );
}
