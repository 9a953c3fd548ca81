/** A blind comparison: try A and B, then vote. The page doesn't know which option is which. */

import { useSyncExternalStore } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import type { CallState } from "../call/state";
import { excess } from "../call/text-limit";
import { useCall } from "../hooks/useCall";
import { useFirstInteraction } from "../hooks/useFirstInteraction";
import { ProblemCard } from "../parts/Cards";
import { PlayIcon } from "../parts/icons";
import { NoteField } from "../parts/NoteField";
import { filled } from "../texts";
import { ConsentBox, useConsent, WhatIsSaved } from "./Consent";
import type { BlindVote, Order } from "./comparison";
import { warmVisit } from "./lazy-parts";
import { ASK_FOR_LINK, linkAfter } from "./link-over";
import type { Choice, Side, Welcome } from "./requests";
import type { Visit } from "./visit";
import { useWords } from "./words";

const SIDES = ["a", "b"] as const;
const ORDERS = ["ab", "ba"] as const;
/** The server's limit (greenroom/services/sharing/comparisons.py), in characters. */
const WHY_MAX = 1000;

interface Props {
  visit: Visit;
  welcome: Welcome;
  state: CallState;
}

export function Compare({ visit, welcome, state }: Props) {
  const { comparison } = visit;
  const { ballot, problem } = useSyncExternalStore(comparison.state.watch, comparison.state.get);
  const words = useWords();
  const listens = welcome.compares === "listen";
  useEffect(() => {
    // after a call, too: the server knows whether the agent joined
    if (!comparison.state.get().ballot?.voted) void comparison.open();
  }, [comparison]);
  const cut = linkAfter(state.endDetail) === "open" ? null : { message: state.endDetail, advice: ASK_FOR_LINK };
  const shown = problem ?? state.problem ?? cut;
  const link = linkAfter(shown?.message ?? "");
  return (
    <div className="visit-middle" data-testid="compare">
      <h1 className="visit-name">{welcome.name === "" ? words.which : welcome.name}</h1>
      {welcome.welcome !== "" && (
        <p className="visit-welcome" dir="auto">
          {welcome.welcome}
        </p>
      )}
      {shown !== null && <ProblemCard problem={shown} />}
      {link === "ended" ? null : ballot?.voted ? (
        <>
          <p className="visit-welcome" role="status" data-testid="voted">
            {words.voted}
          </p>
          {link === "open" && (
            <button type="button" className="button visit-start" onClick={() => void comparison.open()}>
              {words.another}
            </button>
          )}
        </>
      ) : (
        <>
          {link === "open" && (
            <>
              <p className="visit-facts">{listens ? words.howToListen : words.howToTalk}</p>
              {listens ? <Listen comparison={comparison} /> : <Meet visit={visit} welcome={welcome} />}
            </>
          )}
          <Vote key={ballot?.id} comparison={comparison} />
        </>
      )}
    </div>
  );
}

function Meet({ visit, welcome }: Omit<Props, "state">) {
  const call = useCall();
  const words = useWords();
  const [mayStart, agree] = useConsent(visit, welcome);
  const { ballot } = useSyncExternalStore(visit.comparison.state.watch, visit.comparison.state.get);
  useFirstInteraction(warmVisit);
  const talk = (side: Side) => {
    visit.comparison.talksTo(side);
    call.launch();
  };
  return (
    <>
      <ConsentBox welcome={welcome} agreed={mayStart} agree={agree} />
      <div className="visit-sides">
        {SIDES.map((side) => (
          <button
            key={side}
            type="button"
            className={ballot?.met.includes(side) ? "button visit-side" : "button button-launch visit-side"}
            data-testid={`talk-${side}`}
            disabled={ballot === null || !mayStart || (side === "b" && !ballot.met.includes("a"))}
            onClick={() => talk(side)}
          >
            <PlayIcon />
            {filled(ballot?.met.includes(side) ? words.talkAgain : words.talkTo, { name: side.toUpperCase() })}
          </button>
        ))}
      </div>
      <WhatIsSaved welcome={welcome} />
    </>
  );
}

function Listen({ comparison }: { comparison: BlindVote }) {
  const words = useWords();
  const { ballot, heard, busy, side } = useSyncExternalStore(comparison.state.watch, comparison.state.get);
  const label = (order: Order) => {
    const [first, second] = [...order.toUpperCase()];
    return filled(words.play, { first: first ?? "", second: second ?? "" });
  };
  return (
    <>
      <div className="visit-sides">
        {ORDERS.map((order) => (
          <button
            key={order}
            type="button"
            className={heard.includes(order) ? "button visit-side" : "button button-launch visit-side"}
            data-testid={`listen-${order}`}
            disabled={ballot === null || busy}
            onClick={() => void comparison.listen(order)}
          >
            <PlayIcon />
            {label(order)}
          </button>
        ))}
      </div>
      <p className="visit-small" role="status">
        {side === null ? "" : filled(words.playing, { name: side.toUpperCase() })}
      </p>
    </>
  );
}

function Vote({ comparison }: { comparison: BlindVote }) {
  const words = useWords();
  const { busy } = useSyncExternalStore(comparison.state.watch, comparison.state.get);
  const [choice, choose] = useState<Choice | null>(null);
  const [why, explain] = useState("");
  const labels: Record<Choice, string> = { a: words.preferA, b: words.preferB, none: words.same };
  if (!comparison.complete) return null;
  return (
    <section className="visit-feedback" aria-label={words.which}>
      <fieldset className="visit-thumbs" aria-label={words.which}>
        {(Object.keys(labels) as Choice[]).map((one) => (
          <button
            key={one}
            type="button"
            className="save-button"
            data-testid={`prefer-${one}`}
            aria-pressed={choice === one}
            onClick={() => choose(one)}
          >
            {labels[one]}
          </button>
        ))}
      </fieldset>
      <NoteField label={words.why} hint={words.why} limit={WHY_MAX} text={why} write={explain} testId="why" look="visit-why" />
      <button
        type="button"
        className="button button-launch visit-start"
        data-testid="vote"
        disabled={choice === null || busy || excess(why, WHY_MAX) > 0}
        onClick={() => choice !== null && void comparison.vote(choice, why)}
      >
        {words.vote}
      </button>
    </section>
  );
}
