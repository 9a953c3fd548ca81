/** Warns that a silent call is about to end: a countdown, and the button that keeps the call. */

import { useCall, useCallState } from "../hooks/useCall";
import { useCountdown } from "../hooks/useCountdown";
import { useTexts } from "../hooks/useTexts";

export function IdleWarning() {
  const call = useCall();
  const texts = useTexts();
  const { idleEndsAt } = useCallState();
  const seconds = useCountdown(idleEndsAt);
  if (seconds === null) return null;
  return (
    <div className="idle-warning" data-testid="idle-warning">
      <p role="alert">{texts.of("No activity. The call is about to end.")}</p>
      <span className="idle-left" aria-hidden="true" data-testid="idle-left">
        {seconds} s
      </span>
      <button type="button" className="button button-stay" data-testid="stay" onClick={() => call.stay()}>
        {texts.of("Stay")}
      </button>
    </div>
  );
}
