/** The recording setting before a call, and the recording indicator during it, which also toggles recording. */

import { useCall } from "../hooks/useCall";
import { useRecording } from "../hooks/useRecording";
import type { Place } from "../ticket";

export function RecordChoice({ place }: { place: Place }) {
  const call = useCall();
  const { wanted } = useRecording();
  return (
    <label className="record-choice">
      <input
        type="checkbox"
        data-testid="record-choice"
        checked={wanted[place]}
        onChange={(event) => call.recorder.want(place, event.currentTarget.checked)}
      />
      Record this call
    </label>
  );
}

export function RecordLight({ place }: { place: Place }) {
  const call = useCall();
  const { phase } = useRecording();
  const on = phase === "on";
  return (
    <button
      type="button"
      className="record-light"
      data-testid="record-light"
      aria-pressed={on}
      aria-label={on ? "Rec: on. Stop recording" : "Rec: off. Start recording"}
      title={on ? "Stop recording" : "Start recording"}
      onClick={() => call.recorder.want(place, !on)}
    >
      <span className="record-dot" aria-hidden="true" />
      Rec
    </button>
  );
}
