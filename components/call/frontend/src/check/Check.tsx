/** The sound check: what this browser supports, and tests of its microphone and speaker. */

import { useEffect, useState } from "preact/hooks";
import { DeviceTests } from "./DeviceTests";
import { browserChecks, type Permission, type Verdict, watchPermission } from "./readiness";
import { styleWebrtcFrame } from "./webrtc-frame-style";

const SYMBOLS: Record<Verdict, string> = {
  good: "M4.5 10.5 8.300 14.300 15.500 6",
  bad: "M5.500 5.500l9 9M14.500 5.500l-9 9",
  open: "M10 5.500v5M10 14v.2",
};
const LABELS: Record<Verdict, string> = { good: "OK", bad: "Problem", open: "Not checked yet" };

export function Check({ dark }: { dark: boolean }) {
  const [permission, setPermission] = useState<Permission>("unknown");
  useEffect(() => watchPermission(setPermission), []);
  useEffect(() => styleWebrtcFrame(document), []);
  const found = browserChecks(window.isSecureContext, typeof RTCPeerConnection !== "undefined", permission);
  const able = found.every(({ id, verdict }) => id === "permission" || verdict === "good");
  return (
    <section className="check" aria-label="This browser" data-testid="browser-check" data-theme={dark ? "dark" : "light"}>
      <ul className="points">
        {found.map(({ id, verdict, what, fix }) => (
          <li key={id} data-testid={`point-${id}`} data-verdict={verdict}>
            <svg viewBox="0 0 20 20" width="20" height="20" role="img" aria-label={LABELS[verdict]}>
              <path
                d={SYMBOLS[verdict]}
                fill="none"
                stroke="currentColor"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
              />
            </svg>
            <span>
              {what}
              {fix !== "" && <small>{fix}</small>}
            </span>
          </li>
        ))}
      </ul>
      {able && <DeviceTests onPermission={setPermission} />}
    </section>
  );
}
