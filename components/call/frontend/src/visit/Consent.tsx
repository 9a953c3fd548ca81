/** The consent to a recording, and what is saved of a guest's call. */

import { useState } from "preact/hooks";
import type { Welcome } from "./requests";
import type { Visit } from "./visit";
import { useWords } from "./words";

/** Whether a call may start, and the setter of the consent. */
export function useConsent(visit: Visit, welcome: Welcome): [boolean, (agreed: boolean) => void] {
  const [agreed, agree] = useState(visit.consent);
  const change = (now: boolean) => {
    visit.consent = now;
    agree(now);
  };
  return [!welcome.record || agreed, change];
}

interface Props {
  welcome: Welcome;
  agreed: boolean;
  agree: (agreed: boolean) => void;
}

/** Nothing if the call isn't recorded. */
export function ConsentBox({ welcome, agreed, agree }: Props) {
  const words = useWords();
  if (!welcome.record) return null;
  return (
    <label className="visit-consent">
      <input type="checkbox" data-testid="consent" checked={agreed} onChange={(event) => agree(event.currentTarget.checked)} />
      {words.consent}
    </label>
  );
}

export function WhatIsSaved({ welcome }: { welcome: Welcome }) {
  const words = useWords();
  return <p className="visit-small">{welcome.record ? words.savedSound : words.savedText}</p>;
}
