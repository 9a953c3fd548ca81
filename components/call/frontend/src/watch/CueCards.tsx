/** A presenter's cue cards in large type, for a second window or a phone. */

import { useState } from "preact/hooks";
import { cardsIn, keepCards, keptCards, stepped } from "./cue-cards";

export function CueCards({ agent }: { agent: string }) {
  const [text, write] = useState(() => keptCards(agent));
  const [edits, edit] = useState(cardsIn(text).length === 0);
  const [place, go] = useState(0);
  const cards = cardsIn(text);
  const at = stepped(place, 0, cards);
  if (edits)
    return (
      <div className="cues">
        <textarea
          className="note-text cues-text"
          aria-label="Cue cards, one per line"
          placeholder={"One question per line\nWhat time is breakfast?"}
          data-testid="cues-text"
          value={text}
          onInput={(event) => {
            write(event.currentTarget.value);
            keepCards(agent, event.currentTarget.value);
          }}
        />
        <button type="button" className="save-button" onClick={() => edit(false)}>
          Done
        </button>
      </div>
    );
  return (
    <div className="cues">
      <p className="cues-card" dir="auto" data-testid="cue">
        {cards[at] ?? "No cue cards yet."}
      </p>
      <div className="cues-row">
        <button type="button" className="save-button" disabled={at === 0} onClick={() => go(stepped(at, -1, cards))}>
          Back
        </button>
        <span className="visit-small">{cards.length === 0 ? "" : `${at + 1} of ${cards.length}`}</span>
        <button type="button" className="save-button" disabled={at + 1 >= cards.length} onClick={() => go(stepped(at, 1, cards))}>
          Next
        </button>
        <button type="button" className="save-button" onClick={() => edit(true)}>
          Edit
        </button>
      </div>
    </div>
  );
}
