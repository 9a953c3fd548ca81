/** Ends the call. */

import { useCall } from "../hooks/useCall";
import { useTexts } from "../hooks/useTexts";
import { EndIcon } from "./icons";

export function EndButton({ ending }: { ending: boolean }) {
  const call = useCall();
  const texts = useTexts();
  return (
    <button type="button" className="button button-end" data-testid="end" disabled={ending} onClick={() => call.end()}>
      <EndIcon />
      {texts.of(ending ? "Ending" : "End")}
    </button>
  );
}
