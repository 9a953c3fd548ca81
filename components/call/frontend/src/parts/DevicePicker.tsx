/** Selects a microphone, speaker or camera; "System default" is always offered. */

import type { Kind } from "../call/devices";
import { useCall } from "../hooks/useCall";
import { useDevices } from "../hooks/useDevices";

const KIND_LABELS: Record<Kind, string> = { microphone: "Microphone", speaker: "Speaker", camera: "Camera" };

export function DevicePicker({ kind }: { kind: Kind }) {
  const call = useCall();
  const { lists, used } = useDevices();
  return (
    <label className="devices-field">
      <span>{KIND_LABELS[kind]}</span>
      <select
        data-testid={`pick-${kind}`}
        value={used[kind]}
        onChange={(event) => call.devices.choose(kind, event.currentTarget.value)}
      >
        <option value="">System default</option>
        {lists[kind].map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
        {used[kind] !== "" && !lists[kind].some(({ id }) => id === used[kind]) && (
          <option value={used[kind]}>Previously selected</option>
        )}
      </select>
    </label>
  );
}
