/** An error with its fix, a notice, and the button that plays what the browser held back. */

import type { Problem } from "../ticket";
import { CloseIcon, SoundIcon, StateShape } from "./icons";

export function ProblemCard({ problem, onDismiss }: { problem: Problem; onDismiss?: (() => void) | undefined }) {
  return (
    <div className="card card-problem" role="alert" data-testid="problem">
      <StateShape look="error" size={16} />
      <div className="card-text">
        <p className="card-message">{problem.message}</p>
        {problem.advice !== "" && <p className="card-advice">{problem.advice}</p>}
      </div>
      {onDismiss && (
        <button type="button" className="button-icon button-small" aria-label="Dismiss error" onClick={onDismiss}>
          <CloseIcon />
        </button>
      )}
    </div>
  );
}

export function NoticeCard({ text, onDismiss }: { text: string; onDismiss: () => void }) {
  return (
    <div className="card card-notice" data-testid="notice">
      <StateShape look="listening" size={14} />
      <p className="card-text">{text}</p>
      <button type="button" className="button-icon button-small" aria-label="Dismiss notice" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}

export function HearButton({ onHear }: { onHear: () => void }) {
  return (
    <button type="button" className="button button-hear" onClick={onHear}>
      <SoundIcon />
      Click to hear the call
    </button>
  );
}
