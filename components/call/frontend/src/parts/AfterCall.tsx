/** What one does next with the call that just ended: listen, rate, write a note, make a test, share. Launch again is in the dock. */

import { useState } from "react";
import type { Purpose } from "../call/studio-link";
import { useCall } from "../hooks/useCall";
import { useRecording } from "../hooks/useRecording";
import { useUnsent } from "../hooks/useUnsent";
import { PlayIcon } from "./icons";

const STARS = [1, 2, 3, 4, 5] as const;

export function AfterCall({ sessionId, canShare }: { sessionId: string; canShare: boolean }) {
  const call = useCall();
  const open = (purpose: Purpose) => call.studio.triggers?.open({ session_id: sessionId, purpose });
  const recorded = useRecording().session === sessionId;
  return (
    <section className="after" data-testid="after-call" aria-label="Review this call">
      <div className="after-row">
        <button type="button" className="save-button" data-testid="listen" onClick={() => open(recorded ? "play" : "read")}>
          {recorded && <PlayIcon />}
          {recorded ? "Listen" : "Open session"}
        </button>
        <Rating sessionId={sessionId} />
      </div>
      <Note sessionId={sessionId} />
      <div className="after-next">
        <button
          type="button"
          className="save-button"
          data-testid="make-test"
          title="A test that replays this call"
          onClick={() => open("test")}
        >
          Make a test
        </button>
        {canShare && (
          <button type="button" className="save-button" data-testid="share" onClick={() => open("share")}>
            Share with guests
          </button>
        )}
      </div>
    </section>
  );
}

function Rating({ sessionId }: { sessionId: string }) {
  const call = useCall();
  const [rating, setRating] = useState(0);
  const rate = (stars: number) => {
    const next = stars === rating ? 0 : stars;
    setRating(next);
    call.studio.triggers?.review({ session_id: sessionId, rating: next === 0 ? null : next });
  };
  return (
    <fieldset className="stars" aria-label="Rate this call" data-testid="rating" data-rating={rating}>
      {STARS.map((stars) => (
        <button
          key={stars}
          type="button"
          className="star"
          aria-label={stars === 1 ? "1 star" : `${stars} stars`}
          aria-pressed={stars <= rating}
          onClick={() => rate(stars)}
        >
          ★
        </button>
      ))}
    </fieldset>
  );
}

function Note({ sessionId }: { sessionId: string }) {
  const call = useCall();
  // The field of the session's page has this name: a note that was begun here is finished there, too.
  const [text, setText] = useUnsent(`note_text-${sessionId}`);
  const [saved, setSaved] = useState(false);
  const save = () => {
    if (text.trim() === "") return;
    call.studio.triggers?.review({ session_id: sessionId, note: text.trim() });
    setText("");
    setSaved(true);
  };
  return (
    <form
      className="note"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <input
        className="note-text"
        aria-label="Note"
        placeholder={saved ? "Note added. Add another" : "Add a note about this call"}
        maxLength={4000}
        value={text}
        data-testid="note"
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="save-button" disabled={text.trim() === ""}>
        Add note
      </button>
      <span className="unseen" role="status">
        {saved ? "Note added" : ""}
      </span>
    </form>
  );
}
