/** Ends the call. */

import { useCall } from "../hooks/useCall";
import { EndIcon } from "./icons";

export function EndButton({ ending }: { ending: boolean }) {
  const call = useCall();
  return (
    <button type="button" className="button button-end" data-testid="end" disabled={ending} onClick={() => call.end()}>
      <EndIcon />
      {ending ? "Ending" : "End"}
    </button>
  );
}
