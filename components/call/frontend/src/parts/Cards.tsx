/** Cards for errors and notices, and the button that plays blocked audio. */

import { useTexts } from "../hooks/useTexts";
import type { Problem } from "../ticket";
import { CloseIcon, SoundIcon, StateShape } from "./icons";

export function ProblemCard({ problem, onDismiss }: { problem: Problem; onDismiss?: (() => void) | undefined }) {
  const texts = useTexts();
  const { message, advice } = texts.problem(problem);
  return (
    <div className="card card-problem" role="alert" data-testid="problem">
      <StateShape look="error" size={16} />
      <div className="card-text">
        <p className="card-message">{message}</p>
        {advice !== "" && <p className="card-advice">{advice}</p>}
      </div>
      {onDismiss && (
        <button type="button" className="button-icon button-small" aria-label={texts.of("Dismiss error")} onClick={onDismiss}>
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

export function NoticeCard({ text, onDismiss }: { text: string; onDismiss: () => void }) {
  const texts = useTexts();
  return (
    <div className="card card-notice" data-testid="notice">
      <StateShape look="listening" size={14} />
      <p className="card-text">{texts.known(text) ?? text}</p>
      <button type="button" className="button-icon button-small" aria-label={texts.of("Dismiss notice")} onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}

export function HearButton({ onHear }: { onHear: () => void }) {
  const texts = useTexts();
  return (
    <button type="button" className="button button-hear" onClick={onHear}>
      <SoundIcon />
      {texts.of("Hear the call")}
    </button>
  );
}
