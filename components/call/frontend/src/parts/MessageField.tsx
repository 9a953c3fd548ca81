/** The text field of a message to the agent, with its button. */

import { useId } from "preact/hooks";
import { excess } from "../call/text-limit";
import type { Composer } from "../hooks/useComposer";
import { SendIcon } from "./icons";
import { TooLong } from "./TooLong";

interface Props {
  composer: Composer;
  label: string;
  hint: string;
  button: string;
  testId?: string;
}

export function MessageField({ composer, label, hint, button, testId }: Props) {
  const { mode, text, limit, unit, setText, send, onKeyDown, enabled, canSend } = composer;
  const told = useId();
  const left = -excess(text, limit, unit);
  return (
    <>
      <div className="composer" data-enabled={enabled} data-mode={mode}>
        <textarea
          className="composer-text"
          data-testid={testId}
          aria-label={label}
          aria-invalid={left < 0}
          aria-describedby={told}
          rows={1}
          value={text}
          disabled={!enabled}
          placeholder={hint}
          enterkeyhint="send"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        {mode === "say" && text !== "" && left >= 0 && (
          <span className="composer-left" data-testid="bytes-left" aria-live={left < 50 ? "polite" : "off"}>
            {left}
          </span>
        )}
        <button
          type="button"
          className="button-send"
          aria-label={button}
          title={`${button} (Enter)`}
          disabled={!canSend}
          onClick={send}
        >
          <SendIcon />
        </button>
      </div>
      <TooLong id={told} text={text} limit={limit} unit={unit} />
    </>
  );
}
