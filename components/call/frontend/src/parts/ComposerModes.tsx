/** Above the composer's field: the type of message, what happens if the agent is busy, and the Interrupt button. */

import type { MessageKind } from "../call/line";
import { useCall, useCallState } from "../hooks/useCall";
import type { Composer } from "../hooks/useComposer";
import type { Priority } from "../protocol";
import { CloseIcon } from "./icons";
import { NeedsRtm } from "./NeedsRtm";

const MODES: readonly [MessageKind, string, string][] = [
  ["typed", "Message", "The agent replies as if you had spoken"],
  ["say", "Say this", "The agent says exactly this text"],
  ["whisper", "Whisper", "A silent instruction the agent follows from its next reply"],
];
const PRIORITIES: readonly [Priority, string][] = [
  ["interrupt", "Interrupt"],
  ["append", "Wait"],
  ["ignore", "Skip if busy"],
];

export function ComposerModes({ composer }: { composer: Composer }) {
  const { mode, setMode, priority, setPriority } = composer;
  const { realtime } = useCallState();
  // Agora's speak API isn't available for realtime models.
  const modes = realtime ? MODES.filter(([id]) => id !== "say") : MODES;
  return (
    <div className="modes">
      <div className="modes-what" role="radiogroup" aria-label="Message type">
        {modes.map(([id, label, title]) => (
          <label key={id} className="mode" title={title} data-checked={mode === id}>
            <input type="radio" name="composer-mode" checked={mode === id} onChange={() => setMode(id)} />
            {label}
          </label>
        ))}
      </div>
      {mode !== "whisper" && (
        <select
          className="mode-priority"
          aria-label="If the agent is busy"
          title="What happens if the agent is thinking or speaking"
          value={priority}
          onChange={(event) => setPriority(event.currentTarget.value as Priority)}
        >
          {PRIORITIES.map(([id, label]) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      )}
      <NeedsRtm />
      <InterruptButton />
    </div>
  );
}

/** Shown while the agent speaks. */
function InterruptButton() {
  const call = useCall();
  const { phase, agentState, serverOnline } = useCallState();
  if (phase !== "live" || agentState !== "speaking") return null;
  return (
    <button
      type="button"
      className="button-interrupt"
      data-testid="interrupt"
      aria-label="Interrupt"
      disabled={!serverOnline}
      title="Stop the agent mid-sentence"
      onClick={() => call.interrupt()}
    >
      <CloseIcon />
      <span>Interrupt</span>
    </button>
  );
}
