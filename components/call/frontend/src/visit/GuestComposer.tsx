/** What a guest writes who has no microphone, or may not use it. */

import { useComposer } from "../hooks/useComposer";
import { SendIcon } from "../parts/icons";
import { useWords } from "./words";

export function GuestComposer() {
  const { text, setText, send, onKeyDown, enabled, canSend } = useComposer();
  const words = useWords();
  return (
    <div className="composer" data-enabled={enabled} data-mode="typed">
      <textarea
        className="composer-text"
        data-testid="guest-message"
        aria-label={words.message}
        placeholder={words.messageHint}
        rows={1}
        value={text}
        maxLength={4000}
        disabled={!enabled}
        enterKeyHint="send"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="button" className="button-send" aria-label={words.send} title={words.send} disabled={!canSend} onClick={send}>
        <SendIcon />
      </button>
    </div>
  );
}
