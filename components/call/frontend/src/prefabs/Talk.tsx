/** The tabs of a call: transcript, insight and log. */

import { lazy, Suspense } from "preact/compat";
import { useState } from "preact/hooks";
import type { Lines } from "../call/line";
import { transcriptJson, transcriptText } from "../call/save";
import type { CallState } from "../call/state";
import { SaveButtons } from "../parts/SaveButtons";
import { Steps } from "../parts/Steps";
import { Tabs } from "../parts/Tabs";
import { Transcript } from "../parts/Transcript";

const loadInsight = () => import("../parts/InsightPanel");
const loadLog = () => import("../parts/LogPanel");
const InsightPanel = lazy(async () => ({ default: (await loadInsight()).InsightPanel }));
const LogPanel = lazy(async () => ({ default: (await loadLog()).LogPanel }));

/** Loads the panels that aren't part of the first load, before a call can show them. */
export async function preloadPanels(): Promise<void> {
  await Promise.all([loadInsight(), loadLog()]);
}

const TABS = [
  ["talk", "Transcript"],
  ["insight", "Insight"],
  ["log", "Log"],
] as const;

interface Props {
  state: CallState;
  lines: Lines;
  name: string;
}

export function Talk({ state, lines, name }: Props) {
  const [tab, setTab] = useState<(typeof TABS)[number][0]>("talk");
  const waits = state.phase === "live" && lines.length === 0 && state.steps.sound === undefined;
  const text = () => transcriptText(lines, name, state.calls);
  return (
    <Tabs label="Call details" tabs={TABS} chosen={tab} onChoose={setTab}>
      {tab === "talk" && (
        <>
          {waits && <Steps done={state.steps} microphone={state.microphone} />}
          <Transcript
            lines={lines}
            agentName={name}
            empty={waits ? "" : `Waiting for ${name} to speak…`}
            note={state.cost?.brain_note ?? ""}
            calls={state.calls}
            testable={state.sessionId}
          />
          {lines.length > 0 && state.phase !== "live" && (
            <SaveButtons
              what="transcript"
              text={text}
              files={[
                { label: "Text", name: "greenroom-transcript.txt", type: "text/plain", text },
                {
                  label: "JSON",
                  name: "greenroom-transcript.json",
                  type: "application/json",
                  text: () => transcriptJson(lines, name, state.calls),
                },
              ]}
            />
          )}
        </>
      )}
      <Suspense fallback={null}>
        {tab === "insight" && <InsightPanel state={state} lines={lines} />}
        {tab === "log" && <LogPanel />}
      </Suspense>
    </Tabs>
  );
}
