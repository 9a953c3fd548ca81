/** The Launch button. */

import { PlayIcon } from "./icons";

interface Props {
  again: boolean;
  busy: boolean;
  enabled: boolean;
  onLaunch: () => void;
}

export function LaunchButton({ again, busy, enabled, onLaunch }: Props) {
  return (
    <button
      type="button"
      className="button button-launch"
      data-testid="launch"
      data-lead=""
      disabled={!enabled || busy}
      aria-busy={busy}
      aria-label={again ? "Launch again" : "Launch"}
      onClick={onLaunch}
    >
      <PlayIcon />
      {busy ? "Starting" : again ? "Launch again" : "Launch"}
    </button>
  );
}
