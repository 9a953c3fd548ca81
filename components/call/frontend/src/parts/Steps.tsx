/** The launch steps with their times, and help for a step that takes long. */

import { isFault, type Microphone, STEPS, type Step } from "../call/state";
import { milliseconds } from "../formatting";
import { useTexts } from "../hooks/useTexts";
import { useWaiting } from "../hooks/useWaiting";
import { STEP_HELP, STEP_LABELS } from "../labels";
import type { Texts } from "../texts";
import { CheckIcon, StateShape } from "./icons";

interface Props {
  done: Partial<Record<Step, number>>;
  microphone: Microphone;
}

export function Steps({ done, microphone }: Props) {
  const texts = useTexts();
  const current = STEPS.find((step) => done[step] === undefined && !(step === "microphone" && isFault(microphone)));
  const long = useWaiting(current);
  return (
    <ol className="steps" data-testid="steps" aria-label={texts.of("Launch steps")}>
      {STEPS.map((step) => {
        const ms = done[step];
        const failed = step === "microphone" && isFault(microphone);
        const state = failed ? "failed" : ms !== undefined ? "done" : step === current ? "current" : "ahead";
        return (
          <li key={step} className="step" data-step={step} data-state={state}>
            <span className="step-mark">{mark(state)}</span>
            <span>{texts.of(STEP_LABELS[step])}</span>
            <span className="step-note">{note(step, state, ms, microphone, texts)}</span>
            {long && state === "current" && (
              <p className="step-help" role="status" data-testid="step-help">
                {texts.of(STEP_HELP[step])}
              </p>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function mark(state: string) {
  if (state === "done") return <CheckIcon />;
  if (state === "failed") return <StateShape look="error" />;
  return <StateShape look={state === "current" ? "joining" : "idle"} />;
}

function note(step: Step, state: string, ms: number | undefined, microphone: Microphone, texts: Texts): string {
  if (state === "failed") return texts.of("Unavailable");
  if (step === "microphone" && microphone === "asked" && state !== "done") return texts.of("Allow it in the browser");
  return ms === undefined ? "" : milliseconds(ms);
}
