/** Shows where the agent runs: offline, or on Agora. */

import { whereItRuns } from "../labels";
import type { Place } from "../ticket";

export function PlaceChip({ place, project }: { place: Place; project: string | null | undefined }) {
  return (
    <span className="chip" data-testid="place" data-place={place}>
      <span className="chip-dot" aria-hidden="true" />
      {whereItRuns(place, project)}
    </span>
  );
}
