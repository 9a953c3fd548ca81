/** Settings of microphone, speaker, camera, audio processing and volume. */

import { useEffect, useRef, useState } from "preact/hooks";
import { KINDS, type Processing, RESOLUTIONS, type Resolution } from "../call/devices";
import { useCall } from "../hooks/useCall";
import { useDevices } from "../hooks/useDevices";
import { useLevelBar } from "../hooks/useLevelBar";
import { DevicePicker } from "./DevicePicker";
import { CloseIcon } from "./icons";

const SWITCHES: readonly (readonly [keyof Processing, string])[] = [
  ["noise", "Noise suppression"],
  ["echo", "Echo cancellation"],
  ["gain", "Automatic gain"],
];

export function DevicePanel({ id, hears, onClose }: { id: string; hears: boolean; onClose: () => void }) {
  const call = useCall();
  const { lists } = useDevices();
  const panel = useRef<HTMLDivElement>(null);
  const named = KINDS.some((kind) => lists[kind].length > 0);

  useEffect(() => {
    void call.devices.refresh();
    panel.current?.focus();
  }, [call]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onClose();
  };
  return (
    <div
      ref={panel}
      id={id}
      className="devices"
      role="dialog"
      aria-label="Devices"
      tabIndex={-1}
      data-testid="devices-panel"
      onKeyDown={onKeyDown}
    >
      <div className="devices-head">
        <h3>Devices</h3>
        <button type="button" className="button-icon" aria-label="Close devices" onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      {!named && <RequestAccess />}
      <DevicePicker kind="microphone" />
      {hears && <LevelBar />}
      {SWITCHES.map(([name, words]) => (
        <Switch key={name} name={name} words={words} />
      ))}
      {lists.speaker.length > 0 && <DevicePicker kind="speaker" />}
      <Volume />
      <DevicePicker kind="camera" />
      <ResolutionPicker />
    </div>
  );
}

function RequestAccess() {
  const call = useCall();
  const [refused, setRefused] = useState(false);
  return (
    <div className="devices-ask">
      <p role="status">
        {refused
          ? "Access is blocked. Click the lock icon in the address bar to allow it."
          : "Allow the microphone to see device names."}
      </p>
      <button
        type="button"
        className="save-button"
        onClick={() => void call.devices.requestAccess().then((ok) => setRefused(!ok))}
      >
        Show devices
      </button>
    </div>
  );
}

function ResolutionPicker() {
  const call = useCall();
  const { resolution } = useDevices();
  return (
    <label className="devices-field">
      <span>Camera resolution</span>
      <select
        data-testid="pick-resolution"
        value={resolution}
        onChange={(event) => call.devices.setResolution(event.currentTarget.value as Resolution)}
      >
        {RESOLUTIONS.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

function LevelBar() {
  const bar = useLevelBar<HTMLSpanElement>(true);
  return (
    <span className="devices-level" aria-hidden="true">
      <span ref={bar} />
    </span>
  );
}

function Switch({ name, words }: { name: keyof Processing; words: string }) {
  const call = useCall();
  const { processing } = useDevices();
  return (
    <label className="devices-switch">
      <span>{words}</span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={processing[name]}
        checked={processing[name]}
        onChange={(event) => call.devices.process({ [name]: event.currentTarget.checked })}
      />
    </label>
  );
}

function Volume() {
  const call = useCall();
  const { volume } = useDevices();
  return (
    <label className="devices-field">
      <span>
        Agent volume
        <span className="devices-value" aria-hidden="true">
          {volume === 0 ? "Muted" : `${volume}%`}
        </span>
      </span>
      <input
        type="range"
        min={0}
        max={100}
        step={5}
        value={volume}
        aria-label="Agent volume"
        aria-valuetext={volume === 0 ? "Muted" : `${volume} percent`}
        onInput={(event) => call.devices.setVolume(Number(event.currentTarget.value))}
      />
    </label>
  );
}
