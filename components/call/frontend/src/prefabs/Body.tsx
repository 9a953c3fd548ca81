/** The middle of the stage: what the call's phase needs. */

import { lazy, Suspense } from "preact/compat";
import { useEffect } from "preact/hooks";
import type { Lines } from "../call/line";
import type { CallState } from "../call/state";
import { shortName } from "../formatting";
import { useCall } from "../hooks/useCall";
import { useDevices } from "../hooks/useDevices";
import { useLocalVideo } from "../hooks/useLocalVideo";
import { useRecording } from "../hooks/useRecording";
import { HearButton, NoticeCard, ProblemCard } from "../parts/Cards";
import { IdleWarning } from "../parts/IdleWarning";
import { Steps } from "../parts/Steps";
import { Summary } from "../parts/Summary";
import { SwitchAgent } from "../parts/SwitchAgent";
import type { StageData } from "../ticket";
import { preloadPanels, Talk } from "./Talk";

/** Loaded after the first load, long before a call is over. */
const loadAfterCall = () => import("../parts/AfterCall");
const AfterCall = lazy(async () => ({ default: (await loadAfterCall()).AfterCall }));

interface Props {
  state: CallState;
  lines: Lines;
  stage: StageData;
  name: string;
}

export function Body({ state, lines, stage, name }: Props) {
  const call = useCall();
  useEffect(() => void Promise.all([loadAfterCall(), preloadPanels()]).catch(() => undefined), []);
  const problem = state.problem ?? (state.phase === "idle" ? (stage.problem ?? null) : null);
  const over = state.phase === "ended" || state.phase === "failed";
  return (
    <div className="body">
      <IdleWarning />
      <SwitchAgent to={stage.switch_to ?? null} />
      {state.soundBlocked && <HearButton onHear={() => void call.unblock()} />}
      {problem && (
        <ProblemCard problem={problem} onDismiss={state.phase === "live" ? () => call.dismiss("problem") : undefined} />
      )}
      <Notices notice={state.notice} />
      {state.phase === "idle" && <Welcome stage={stage} />}
      {(state.phase === "joining" || state.phase === "asking") && <Steps done={state.steps} microphone={state.microphone} />}
      {over && (state.lengthMs !== null || state.phase === "ended") && <Summary state={state} lines={lines} />}
      {over && state.lengthMs !== null && state.sessionId !== null && (
        <Suspense fallback={null}>
          <AfterCall key={state.sessionId} sessionId={state.sessionId} canShare={stage.can_share === true} />
        </Suspense>
      )}
      {(state.phase === "live" || state.phase === "ending" || (over && lines.length > 0)) && (
        <Talk state={state} lines={lines} name={shortName(name)} />
      )}
    </div>
  );
}

/** Notices of the server, devices, recording and camera. */
function Notices({ notice }: { notice: string | null }) {
  const call = useCall();
  const devices = useDevices().notice;
  const own = useLocalVideo().problem;
  const unrecorded = useRecording().problem;
  return (
    <div className="notices" aria-live="polite">
      {notice !== null && <NoticeCard text={notice} onDismiss={() => call.dismiss("notice")} />}
      {devices !== null && <NoticeCard text={devices} onDismiss={() => call.devices.setNotice(null)} />}
      {unrecorded !== null && <NoticeCard text={unrecorded} onDismiss={() => call.recorder.dismiss()} />}
      {own !== null && <NoticeCard text={own} onDismiss={() => call.camera.dismiss()} />}
    </div>
  );
}

function Welcome({ stage }: { stage: StageData }) {
  return (
    <>
      {stage.first_run && stage.can_launch && <FirstRun place={stage.place} />}
      {stage.greeting_hint && (
        <figure className="greeting">
          <figcaption>Greeting</figcaption>
          <blockquote dir="auto">{stage.greeting_hint}</blockquote>
        </figure>
      )}
    </>
  );
}

/** Instructions until the first call. */
function FirstRun({ place }: { place: StageData["place"] }) {
  return (
    <ol className="first-run" aria-label="Your first call" data-testid="first-run">
      <li>Click Launch. {place === "twin" && "No account needed."}</li>
      <li>Allow the microphone, or type instead.</li>
      <li>Wait for the greeting, then ask a question.</li>
    </ol>
  );
}
