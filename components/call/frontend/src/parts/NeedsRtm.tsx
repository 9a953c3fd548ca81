/** What Agora can do only over its RTM, which Greenroom does not carry: named, with the reason, instead of left out in silence. */

import { PlusIcon } from "./icons";

const LACKING: readonly [string, string][] = [
  ["Send a picture", "Agora takes pictures over its RTM messaging only."],
  ["Push to talk: mark my turn", "Agora takes the start and end of a turn over its RTM messaging only."],
];

export function NeedsRtm() {
  return (
    <details className="more" data-testid="needs-rtm">
      <summary className="more-open" aria-label="More to send" title="More to send">
        <PlusIcon />
      </summary>
      <ul className="more-list">
        {LACKING.map(([what, why]) => (
          <li key={what}>
            <button type="button" className="more-item" aria-disabled="true" title={why}>
              {what}
              <span className="more-tag">Needs RTM</span>
              <span className="more-why">{why} Greenroom works over REST and the data stream.</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
