/** Next steps after a call: listen, rate, write a note, make a test, share. Launch again is in the dock. */

import { useState } from "preact/hooks";
import type { Purpose } from "../call/studio-link";
import { useCall } from "../hooks/useCall";
import { useRecording } from "../hooks/useRecording";
import { useUnsent } from "../hooks/useUnsent";
import { PlayIcon } from "./icons";
import { NoteForm } from "./NoteField";
import { Stars } from "./Stars";

/** The server's limit (greenroom/model/review.py), in characters. */
const NOTE_MAX = 4000;

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
    <Stars label="Rate this call" name={(stars) => (stars === 1 ? "1 star" : `${stars} stars`)} rating={rating} rate={rate} />
  );
}

function Note({ sessionId }: { sessionId: string }) {
  const call = useCall();
  // The name of the field on the session's page, so that a note can be continued there.
  const [text, setText] = useUnsent(`note_text-${sessionId}`);
  const [saved, setSaved] = useState(false);
  const save = (note: string) => {
    call.studio.triggers?.review({ session_id: sessionId, note });
    setText("");
    setSaved(true);
  };
  return (
    <>
      <NoteForm
        label="Note"
        hint={saved ? "Note added. Add another" : "Add a note about this call"}
        limit={NOTE_MAX}
        text={text}
        write={setText}
        testId="note"
        button="Add note"
        send={save}
      />
      <span className="unseen" role="status">
        {saved ? "Note added" : ""}
      </span>
    </>
  );
}
