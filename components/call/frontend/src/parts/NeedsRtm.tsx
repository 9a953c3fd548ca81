/** Lists what needs Agora's RTM, which Greenroom doesn't include, with the reason. */

import { PlusIcon } from "./icons";

const LACKING: readonly [string, string][] = [
  ["Send an image", "Agora accepts images over RTM only."],
  ["Push to talk", "Agora accepts turn start and end over RTM only."],
];

export function NeedsRtm() {
  return (
    <details data-testid="needs-rtm">
      <summary className="more-open" aria-label="More" title="More">
        <PlusIcon />
      </summary>
      <ul className="more-list">
        {LACKING.map(([what, why]) => (
          <li key={what}>
            <button type="button" className="more-item" aria-disabled="true" title={why}>
              {what}
              <span className="more-tag">Needs RTM</span>
              <span className="more-why">{why} Greenroom uses REST and the data stream.</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
