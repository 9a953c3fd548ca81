/** The orb: one shape and one color per state, animated by the levels of both sides. */

import { useCallback } from "preact/hooks";
import type { Look } from "../call/state";
import { useCall } from "../hooks/useCall";
import { useOrb } from "../hooks/useOrb";

export function Orb({ look, dark }: { look: Look; dark: boolean }) {
  const call = useCall();
  const levels = useCallback(() => call.levels, [call]);
  const canvas = useOrb(look, dark, levels);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a canvas without a tabindex takes no focus
  return <canvas ref={canvas} className="orb" data-testid="orb" data-look={look} aria-hidden="true" />;
}
