/** A tool call in the transcript: tool, status and duration, with its arguments and result on request. */

import { memo } from "preact/compat";
import { prettyJson, type ToolCall } from "../call/tool-calls";
import { listed, milliseconds } from "../formatting";
import { TOOL_STATUS_LABELS } from "../labels";
import { ToolIcon } from "./icons.media";

export const ToolBubble = memo(function ToolBubble({ call }: { call: ToolCall }) {
  const facts = [
    TOOL_STATUS_LABELS[call.status],
    call.status === "running" ? "" : milliseconds(call.durationMs),
    call.mocked ? "mocked" : "",
    call.askedBy === "rule" ? "called by rule" : "",
  ].filter(Boolean);
  return (
    <li className="tool-call" data-testid="tool-call" data-status={call.status} data-tool={call.tool}>
      <details>
        <summary>
          <ToolIcon />
          <b>{call.tool}</b>
          <span>{listed(facts)}</span>
        </summary>
        <p>Arguments</p>
        <pre>{prettyJson(call.arguments)}</pre>
        {call.result !== "" && (
          <>
            <p>Result</p>
            <pre>{prettyJson(call.result)}</pre>
          </>
        )}
      </details>
    </li>
  );
});
