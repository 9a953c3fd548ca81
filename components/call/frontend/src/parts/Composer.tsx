/** The text field: a message instead of speech, a text to say, or a whispered instruction. */

import type { Written } from "../call/line";
import { useComposer } from "../hooks/useComposer";
import { ComposerModes } from "./ComposerModes";
import { SendIcon } from "./icons";

const LABELS: Record<Written, { label: string; hint: string }> = {
  typed: { label: "Message", hint: "Type a message" },
  say: { label: "Text to speak", hint: "The agent says exactly this" },
  whisper: { label: "Instruction", hint: "Guides the next reply; not answered" },
};

export function Composer() {
  const composer = useComposer();
  const { mode, text, setText, send, onKeyDown, enabled, canSend, left } = composer;
  const { label, hint } = LABELS[mode];
  return (
    <div className="compose">
      <ComposerModes composer={composer} />
      <div className="composer" data-enabled={enabled} data-mode={mode}>
        <textarea
          className="composer-text"
          aria-label={label}
          rows={1}
          value={text}
          maxLength={4000}
          disabled={!enabled}
          placeholder={enabled ? hint : "Waiting for the connection…"}
          enterKeyHint="send"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        {left !== null && text !== "" && (
          <span className="composer-left" data-testid="bytes-left" data-over={left < 0} aria-live={left < 50 ? "polite" : "off"}>
            {left < 0 ? `${-left} over the limit` : left}
          </span>
        )}
        <button type="button" className="button-send" aria-label="Send" title="Send (Enter)" disabled={!canSend} onClick={send}>
          <SendIcon />
        </button>
      </div>
    </div>
  );
}
