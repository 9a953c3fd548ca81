/** Which microphone, speaker and camera there are and which are used: remembered, and updated as devices come and go. Touches no call. */

import {
  type Device,
  KINDS,
  type Kind,
  loadPreferences,
  type Preferences,
  type Processing,
  type Resolution,
  savePreferences,
} from "./device-preferences";
import { Store } from "./store";

export {
  type Device,
  KINDS,
  type Kind,
  PREFERENCES,
  type Preferences,
  type Processing,
  RESOLUTIONS,
  type Resolution,
  readPreferences,
} from "./device-preferences";

/** The connected devices by kind. */
export type DeviceLists = Readonly<Record<Kind, readonly Device[]>>;

/** The devices: selected, connected and in use. */
export interface DeviceState extends Preferences {
  readonly lists: DeviceLists;
  /** IDs of the devices in use; "" = the system default. */
  readonly used: Readonly<Record<Kind, string>>;
  /** A notice about a device that was connected, disconnected or unusable. */
  readonly notice: string | null;
}

export const NO_DEVICES: DeviceLists = { microphone: [], speaker: [], camera: [] };
const KIND_OF: Partial<Record<MediaDeviceKind, Kind>> = {
  audioinput: "microphone",
  audiooutput: "speaker",
  videoinput: "camera",
};
/** Chromium's placeholders for the system default: the pickers say "System default" for both. */
const SYSTEM_DEFAULT_IDS = new Set(["", "default", "communications"]);

/** The devices by kind. Without a permission, devices have neither names nor IDs, and are left out. */
export function deviceLists(found: readonly Pick<MediaDeviceInfo, "kind" | "deviceId" | "label">[]): DeviceLists {
  const lists: Record<Kind, Device[]> = { microphone: [], speaker: [], camera: [] };
  for (const { kind, deviceId, label } of found) {
    const known = KIND_OF[kind];
    if (known !== undefined && !SYSTEM_DEFAULT_IDS.has(deviceId))
      lists[known].push({ id: deviceId, label: label || `Unnamed ${known}` });
  }
  return lists;
}

/** The selected device in the list: by ID, or by name, because IDs change when the site's data is cleared. */
export function findChosen(chosen: Device | null, list: readonly Device[]): Device | null {
  if (chosen === null) return null;
  return list.find(({ id }) => id === chosen.id) ?? list.find(({ label }) => label === chosen.label) ?? null;
}

function capitalized(kind: Kind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** The state with new device lists: which devices are used now, and a notice about what changed. */
export function withLists(before: DeviceState, lists: DeviceLists): DeviceState {
  const used = { ...before.used };
  const notices: string[] = [];
  for (const kind of KINDS) {
    const [was, now] = [before.lists[kind], lists[kind]];
    if (now.length === 0 && was.length === 0) continue;
    const chosen = before.chosen[kind];
    const found = findChosen(chosen, now);
    used[kind] = found?.id ?? "";
    if (chosen !== null && found === null && (was.length === 0 || findChosen(chosen, was) !== null)) {
      notices.push(`${capitalized(kind)} “${chosen.label}” disconnected. Using the system default.`);
    } else if (was.length > 0) {
      const fresh = now.filter(({ id }) => !was.some((old) => old.id === id));
      if (found !== null && fresh.includes(found)) notices.push(`“${found.label}” reconnected and is in use again.`);
      else if (fresh[0] !== undefined) notices.push(`“${fresh[0].label}” connected. Select it under Devices.`);
    }
  }
  return { ...before, lists, used, notice: notices.length > 0 ? notices.join(" ") : before.notice };
}

/** One per page, like the call. Lists the browser's devices, and again whenever they change. */
export class Devices {
  readonly state: Store<DeviceState>;
  private asked = false;

  constructor() {
    const preferences = loadPreferences();
    const { microphone, speaker, camera } = preferences.chosen;
    const used = { microphone: microphone?.id ?? "", speaker: speaker?.id ?? "", camera: camera?.id ?? "" };
    this.state = new Store<DeviceState>({ ...preferences, lists: NO_DEVICES, used, notice: null });
  }

  /** Lists the devices. The first call also starts watching for changes, for as long as the page lives. */
  async refresh(): Promise<void> {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (media === undefined) return;
    if (!this.asked) media.addEventListener("devicechange", () => void this.refresh());
    this.asked = true;
    try {
      this.state.set(withLists(this.state.get(), deviceLists(await media.enumerateDevices())));
    } catch (error) {
      console.warn("Listing the devices:", String(error));
    }
  }

  /** Opens the microphone for a moment, so that the browser reveals device names. False if access isn't allowed. */
  async requestAccess(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) track.stop();
    } catch {
      return false;
    }
    await this.refresh();
    return true;
  }

  choose(kind: Kind, id: string): void {
    const state = this.state.get();
    const device = state.lists[kind].find((one) => one.id === id) ?? null;
    this.keep({ chosen: { ...state.chosen, [kind]: device }, used: { ...state.used, [kind]: device?.id ?? "" } });
  }

  process(change: Partial<Processing>): void {
    this.keep({ processing: { ...this.state.get().processing, ...change } });
  }

  setVolume(volume: number): void {
    this.keep({ volume });
  }

  setResolution(resolution: Resolution): void {
    this.keep({ resolution });
  }

  /** A device couldn't be used: the system default is used from now on, and the choice is kept for another time. `why` completes
   * "Can't use “Headset”: …". */
  refused(kind: Kind, why: string): void {
    const state = this.state.get();
    // Before the browser lists devices, as at the start of a call, only the stored choice has a name.
    const label = state.lists[kind].find(({ id }) => id === state.used[kind])?.label ?? state.chosen[kind]?.label;
    const notice = `Can't use ${label === undefined ? `the selected ${kind}` : `“${label}”`}: ${why}`;
    this.state.set({ ...state, used: { ...state.used, [kind]: "" }, notice });
  }

  setNotice(notice: string | null): void {
    this.state.set({ ...this.state.get(), notice });
  }

  private keep(change: Partial<DeviceState>): void {
    const state = { ...this.state.get(), ...change };
    this.state.set(state);
    savePreferences(state);
  }
}
