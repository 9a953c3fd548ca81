/** The guest page after a call: how it ended, feedback, and another call. */

import { useState } from "preact/hooks";
import type { CallState } from "../call/state";
import { useCall } from "../hooks/useCall";
import { useTexts } from "../hooks/useTexts";
import { useUnsent } from "../hooks/useUnsent";
import { howItEnded } from "../labels";
import { ProblemCard } from "../parts/Cards";
import { NoteForm } from "../parts/NoteField";
import { Stars } from "../parts/Stars";
import { filled } from "../texts";
import type { Problem } from "../ticket";
import { ASK_FOR_LINK, linkAfter } from "./link-over";
import type { Welcome } from "./requests";
import type { Visit } from "./visit";
import { useWords } from "./words";

/** The server's limit (greenroom/services/sharing/guest_visits.py), in characters. */
const COMMENT_MAX = 2000;
const THUMBS = [
  ["up", "good"],
  ["down", "notGood"],
] as const;

interface Props {
  visit: Visit;
  welcome: Welcome;
  state: CallState;
}

export function AfterVisit({ visit, welcome, state }: Props) {
  const call = useCall();
  const words = useWords();
  const texts = useTexts();
  const talked = state.liveSince !== null;
  const thanks = talked ? filled(words.thanks, { name: welcome.name }) : welcome.name;
  const failure = talked ? words.broke : words.unstarted;
  const isOver = linkAfter(state.problem?.message ?? state.endDetail) !== "open";
  return (
    <div className="visit-middle" data-testid="after-visit">
      <h1 className="visit-name">{state.phase === "failed" ? failure : thanks}</h1>
      {state.problem !== null ? (
        <ProblemCard problem={state.problem} />
      ) : (
        <p className="visit-facts">{texts.known(state.endDetail) || texts.of(howItEnded(state.endReason))}</p>
      )}
      {state.sessionId !== null && state.lengthMs !== null && <Feedback visit={visit} />}
      {isOver ? (
        state.problem === null && <p className="visit-small">{texts.of(ASK_FOR_LINK)}</p>
      ) : (
        <button type="button" className="button visit-start" data-testid="launch" onClick={() => call.launch()}>
          {talked ? words.again : words.retry}
        </button>
      )}
    </div>
  );
}

function Feedback({ visit }: { visit: Visit }) {
  const words = useWords();
  const [thumb, setThumb] = useState<"up" | "down" | null>(null);
  const [stars, setStars] = useState(0);
  const [comment, setComment] = useUnsent("guest-comment");
  /** Why the last feedback was rejected; null: it was saved; undefined: none was sent. */
  const [refusal, refuse] = useState<Problem | null>();
  const send = async (said: Parameters<Visit["say"]>[0]) => {
    const problem = await visit.say(said);
    refuse(problem);
    return problem === null;
  };
  return (
    <section className="visit-feedback" aria-label={words.feedback}>
      <fieldset className="visit-thumbs" aria-label={words.how}>
        {THUMBS.map(([which, label]) => (
          <button
            key={which}
            type="button"
            className="save-button"
            data-testid={`thumb-${which}`}
            aria-pressed={thumb === which}
            onClick={() => {
              setThumb(which);
              void send({ thumb: which });
            }}
          >
            <Thumb down={which === "down"} />
            {words[label]}
          </button>
        ))}
      </fieldset>
      <Stars
        label={words.rate}
        name={(count) => (count === 1 ? words.star : filled(words.stars, { n: count }))}
        rating={stars}
        rate={(count) => {
          setStars(count);
          void send({ stars: count });
        }}
      />
      <NoteForm
        label={words.comment}
        hint={words.commentHint}
        limit={COMMENT_MAX}
        text={comment}
        write={setComment}
        testId="comment"
        button={words.send}
        send={(given) => void send({ comment: given }).then((arrived) => arrived && setComment(""))}
      />
      {refusal && <ProblemCard problem={refusal} />}
      <p className="visit-small" role="status" data-testid="feedback-saved">
        {refusal === null ? words.saved : ""}
      </p>
    </section>
  );
}

function Thumb({ down }: { down: boolean }) {
  return (
    <svg className="icon" width="18" height="18" viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
      <path
        transform={down ? "rotate(180 12 12)" : undefined}
        d="M2 21h4V10H2v11zm20-10a2 2 0 0 0-2-2h-6.3l1-4.6v-.3c0-.4-.2-.8-.4-1.1L13.2 2 6.6 8.6A2 2 0 0 0 8 21h9c.8 0 1.5-.5 1.8-1.2l3-7.100c.1-.2.2-.5.2-.7z"
      />
    </svg>
  );
}
