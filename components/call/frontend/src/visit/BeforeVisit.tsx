/** The guest page before a call: the agent, the consent, and what is saved. The call starts with a click. */

import { useState } from "preact/hooks";
import { listed } from "../formatting";
import { useCall } from "../hooks/useCall";
import { useFirstInteraction } from "../hooks/useFirstInteraction";
import { useTexts } from "../hooks/useTexts";
import { ProblemCard } from "../parts/Cards";
import { PlayIcon } from "../parts/icons";
import { filled } from "../texts";
import type { Problem } from "../ticket";
import { ConsentBox, useConsent, WhatIsSaved } from "./Consent";
import { languageName } from "./language";
import { warmVisit } from "./lazy-parts";
import type { Welcome } from "./requests";
import type { Visit } from "./visit";
import { useWords } from "./words";

interface Props {
  visit: Visit;
  welcome: Welcome;
  problem: Problem | null;
}

export function BeforeVisit({ visit, welcome, problem }: Props) {
  const call = useCall();
  const words = useWords();
  const [mayStart, agree] = useConsent(visit, welcome);
  useFirstInteraction(warmVisit);
  const facts = [
    welcome.language === "" ? "" : filled(words.speaks, { language: languageName(welcome) }),
    welcome.max_s > 0 ? filled(words.upTo, { minutes: Math.round(welcome.max_s / 60) }) : "",
  ].filter((fact) => fact !== "");
  return (
    <div className="visit-middle">
      {welcome.picture === null ? (
        <span className="visit-orb" aria-hidden="true" />
      ) : (
        <img className="visit-face" src={welcome.picture} alt="" />
      )}
      <h1 className="visit-name">{welcome.name}</h1>
      {facts.length > 0 && <p className="visit-facts">{listed(facts)}</p>}
      {welcome.welcome !== "" && (
        <p className="visit-welcome" dir="auto">
          {welcome.welcome}
        </p>
      )}
      {problem !== null && <ProblemCard problem={problem} />}
      <ConsentBox welcome={welcome} agreed={mayStart} agree={agree} />
      <button
        type="button"
        className="button button-launch visit-start"
        data-testid="launch"
        data-lead=""
        disabled={!mayStart}
        onClick={() => call.launch()}
      >
        <PlayIcon />
        {words.start}
      </button>
      <WhatIsSaved welcome={welcome} />
    </div>
  );
}

export function PasswordForm({ visit, problem, busy }: { visit: Visit; problem: Problem | null; busy: boolean }) {
  const words = useWords();
  const [password, setPassword] = useState("");
  const open = (event: Event) => {
    event.preventDefault();
    void visit.open(password);
  };
  return (
    <form className="visit-middle" onSubmit={open}>
      <h1 className="visit-name">{words.needsPassword}</h1>
      {problem !== null && <ProblemCard problem={problem} />}
      <input
        className="note-text visit-password"
        type="password"
        aria-label={words.password}
        placeholder={words.password}
        autoComplete="off"
        data-testid="password"
        value={password}
        onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <button type="submit" className="button button-launch visit-start" disabled={password === "" || busy}>
        {words.proceed}
      </button>
    </form>
  );
}

export function Closed({ problem }: { problem: Problem }) {
  const { message, advice } = useTexts().problem(problem);
  return (
    <div className="visit-middle" data-testid="closed">
      <h1 className="visit-name">{message}</h1>
      <p className="visit-welcome">{advice}</p>
    </div>
  );
}
