/** Tests of the microphone, with its live level, and of the speaker, with a sound. */

import { useEffect, useRef, useState } from "preact/hooks";
import { deviceFault } from "../call/problems";
import type { DeviceFault } from "../call/state";
import { useCall } from "../hooks/useCall";
import { useDevices } from "../hooks/useDevices";
import { ASSETS } from "../page";
import { DevicePicker } from "../parts/DevicePicker";
import { MicrophoneTest } from "./microphone-test";
import type { Permission } from "./readiness";
import { playTestSound } from "./test-sound";

const EVERY_MS = 66;
/** After this much silence, a hint appears. A level above HEARD is a voice or a knock, not background noise. */
const PATIENCE_MS = 4000;
const HEARD = 0.18;

const FAULTS: Record<DeviceFault, string> = {
  denied: "Microphone access is blocked. Click the lock icon in the address bar and choose Allow.",
  missing: "No microphone found. Connect one, or turn it on in your system's sound settings.",
  busy: "Another app is using the microphone. Close it (often a video meeting), then try again.",
};

export function DeviceTests({ onPermission }: { onPermission: (now: Permission) => void }) {
  const call = useCall();
  useEffect(() => void call.devices.refresh(), [call]);
  return (
    <div className="tried">
      <MicrophoneCheck onPermission={onPermission} />
      <SpeakerCheck />
    </div>
  );
}

function MicrophoneCheck({ onPermission }: { onPermission: (now: Permission) => void }) {
  const call = useCall();
  const { used, processing } = useDevices();
  const [on, setOn] = useState(false);
  const [said, setSaid] = useState("");
  const bar = useRef<HTMLSpanElement>(null);
  const wanted = used.microphone;

  useEffect(() => {
    if (!on) return;
    const test = new MicrophoneTest(ASSETS);
    const began = performance.now();
    let heard = false;
    setSaid("Say something…");
    test.open(wanted, processing).then(
      (opened) => {
        if (!opened) return;
        onPermission("granted");
        void call.devices.refresh();
      },
      (error: unknown) => {
        const fault = deviceFault(error);
        if (fault === "denied") onPermission("denied");
        setOn(false);
        setSaid(FAULTS[fault]);
      },
    );
    const timer = setInterval(() => {
      const { level } = test;
      bar.current?.style.setProperty("--level", level.toFixed(2));
      heard ||= level > HEARD;
      if (heard) setSaid("Your microphone works.");
      else if (performance.now() - began > PATIENCE_MS)
        setSaid("No sound yet. Check that it isn't muted, or select another one.");
    }, EVERY_MS);
    return () => {
      clearInterval(timer);
      test.close();
    };
  }, [on, wanted, processing, call, onPermission]);

  return (
    <div className="tried-one">
      <DevicePicker kind="microphone" />
      <span className="devices-level" aria-hidden="true">
        <span ref={bar} />
      </span>
      <p role="status" data-testid="mic-verdict">
        {said || "The level moves as you speak."}
      </p>
      <button type="button" className="button" data-testid="try-microphone" aria-pressed={on} onClick={() => setOn(!on)}>
        {on ? "Stop test" : "Test microphone"}
      </button>
    </div>
  );
}

function SpeakerCheck() {
  const { used } = useDevices();
  const [state, setState] = useState<"" | "playing" | "played" | "failed">("");
  const play = () => {
    setState("playing");
    playTestSound(used.speaker).then(
      () => setState("played"),
      () => setState("failed"),
    );
  };
  return (
    <div className="tried-one">
      <DevicePicker kind="speaker" />
      <p role="status" data-testid="speaker-verdict">
        {SPEAKER_LABELS[state]}
      </p>
      <button type="button" className="button" data-testid="try-speaker" disabled={state === "playing"} onClick={play}>
        {state === "playing" ? "Playing…" : "Play test sound"}
      </button>
    </div>
  );
}

const SPEAKER_LABELS = {
  "": "Check where you'll hear the agent.",
  playing: "Playing the test sound…",
  played: "No sound? Select another speaker, or turn up your system's volume.",
  failed: "This speaker isn't available. Select another one.",
};
