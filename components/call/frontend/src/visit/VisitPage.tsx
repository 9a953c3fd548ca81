/** The guest page: before, during and after a call. */

import { Suspense, useSyncExternalStore } from "preact/compat";
import { useEffect } from "preact/hooks";
import type { CallState } from "../call/state";
import { useCallState } from "../hooks/useCall";
import { useMuteKeys } from "../hooks/useMuteKeys";
import { usePhaseFocus } from "../hooks/usePhaseFocus";
import { TextsContext } from "../hooks/useTexts";
import { BeforeVisit, Closed, PasswordForm } from "./BeforeVisit";
import { AfterVisit, Compare, DuringVisit } from "./lazy-parts";
import type { Welcome } from "./requests";
import type { Visit } from "./visit";
import { WordsContext } from "./words";

export function VisitPage({ visit, dark }: { visit: Visit; dark: boolean }) {
  const state = useCallState();
  const { phase, welcome, language, words, texts, problem, busy } = useSyncExternalStore(visit.state.watch, visit.state.get);
  const root = usePhaseFocus(state.phase);
  useMuteKeys(root);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const talks = state.phase === "live" || state.phase === "ending";
  return (
    <WordsContext value={words}>
      <TextsContext value={texts}>
        <main
          ref={root}
          className="stage visit"
          tabIndex={-1}
          data-testid="visit"
          data-phase={phase === "ready" ? state.phase : phase}
          data-layout={talks ? "talk" : "open"}
          data-theme={dark ? "dark" : "light"}
        >
          {phase === "loading" && (
            <p className="visit-middle" role="status">
              {words.loading}
            </p>
          )}
          {phase === "password" && <PasswordForm visit={visit} problem={problem} busy={busy} />}
          {phase === "closed" && problem !== null && <Closed problem={problem} />}
          <Suspense fallback={null}>
            {phase === "ready" && welcome !== null && <Ready visit={visit} welcome={welcome} state={state} dark={dark} />}
          </Suspense>
        </main>
      </TextsContext>
    </WordsContext>
  );
}

interface Props {
  visit: Visit;
  welcome: Welcome;
  state: CallState;
  dark: boolean;
}

function Ready({ visit, welcome, state, dark }: Props) {
  if (welcome.compares !== null && (state.phase === "idle" || state.phase === "ended" || state.phase === "failed"))
    return <Compare visit={visit} welcome={welcome} state={state} />;
  if (state.phase === "idle") return <BeforeVisit visit={visit} welcome={welcome} problem={state.problem} />;
  if (state.phase === "ended" || state.phase === "failed")
    return <AfterVisit key={state.sessionId} visit={visit} welcome={welcome} state={state} />;
  return <DuringVisit welcome={welcome} state={state} dark={dark} />;
}
