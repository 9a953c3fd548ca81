/** Thumbs under an agent's reply: each makes a test from it. */

import { useCall } from "../hooks/useCall";
import { ThumbIcon } from "./icons";

interface Props {
  sessionId: string;
  turnId: number;
}

const THUMBS = [
  ["up", "Good reply. Make a test that keeps it"],
  ["down", "Wrong reply. Make a test of what it should have done"],
] as const;

export function Thumbs({ sessionId, turnId }: Props) {
  const call = useCall();
  return (
    <span className="line-thumbs">
      {THUMBS.map(([thumb, label]) => (
        <button
          key={thumb}
          type="button"
          className="button-thumb"
          data-testid={`thumb-${thumb}`}
          aria-label={label}
          title={label}
          onClick={() => call.studio.triggers?.review({ session_id: sessionId, turn: turnId, thumb })}
        >
          <ThumbIcon down={thumb === "down"} />
        </button>
      ))}
    </span>
  );
}
