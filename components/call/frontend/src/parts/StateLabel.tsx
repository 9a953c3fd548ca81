/** The call's state as text, with its shape; announced when it changes. */

import type { Look } from "../call/state";
import { StateShape } from "./icons";

export function StateLabel({ look, label, note }: { look: Look; label: string; note: string }) {
  return (
    <div className="state">
      <span className="state-label" role="status" aria-live="polite" data-testid="state" data-look={look}>
        <StateShape look={look} />
        {label}
      </span>
      <span className="state-note" data-testid="state-note">
        {note}
      </span>
    </div>
  );
}
