/** Shown if another agent was selected during a call: names the call's agent, and offers to switch. */

import { shortName } from "../formatting";
import { useCall, useCallState } from "../hooks/useCall";

export function SwitchAgent({ to }: { to: string | null }) {
  const call = useCall();
  const { phase, agentName } = useCallState();
  if (to === null || phase !== "live") return null;
  return (
    <div className="card card-notice" role="status" data-testid="switch-agent">
      <p className="card-text">{`You're on a call with ${shortName(agentName)}.`}</p>
      <button type="button" className="save-button" data-testid="end-and-launch" onClick={() => call.endAndLaunch()}>
        {`End and launch ${shortName(to)}`}
      </button>
    </div>
  );
}
