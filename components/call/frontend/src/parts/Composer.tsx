/** The text field: a message instead of speech. */

import { useComposer } from "../hooks/useComposer";
import { SendIcon } from "./icons";

export function Composer() {
  const { text, setText, send, onKeyDown, enabled, canSend } = useComposer();
  return (
    <div className="composer" data-enabled={enabled}>
      <textarea
        className="composer-text" aria-label="Message" rows={1} value={text} maxLength={4000} disabled={!enabled}
        placeholder={enabled ? "Type instead of speaking" : "Waiting for the connection"} enterKeyHint="send"
        onChange={(event) => setText(event.target.value)} onKeyDown={onKeyDown}
      />
      <button type="button" className="button-send" aria-label="Send" title="Send (Enter)" disabled={!canSend} onClick={send}>
        <SendIcon />
      </button>
    </div>
  );
}
