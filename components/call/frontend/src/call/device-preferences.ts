/** The devices and audio settings that the user selected, stored in the browser. */

import { readStored, store } from "./storage";

/** The kinds of devices that the user can select. */
export type Kind = "microphone" | "speaker" | "camera";
export const KINDS: readonly Kind[] = ["microphone", "speaker", "camera"];

/** A device as the browser lists it. */
export interface Device {
  readonly id: string;
  readonly label: string;
}
/** The browser's processing of the microphone's audio. */
export interface Processing {
  readonly echo: boolean;
  readonly noise: boolean;
  readonly gain: boolean;
}

/** Of the camera. */
export type Resolution = "360p" | "480p" | "720p" | "1080p";
export const RESOLUTIONS: readonly Resolution[] = ["360p", "480p", "720p", "1080p"];

/** The user's selections, stored between visits. */
export interface Preferences {
  /** The selected devices, connected or not; null = the system default. */
  readonly chosen: Readonly<Record<Kind, Device | null>>;
  readonly processing: Processing;
  /** Playback volume of everyone else, 0..100. */
  readonly volume: number;
  readonly resolution: Resolution;
}

/** The preferences of a first visit. */
export const PREFERENCES: Preferences = {
  chosen: { microphone: null, speaker: null, camera: null },
  processing: { echo: true, noise: true, gain: true },
  volume: 100,
  resolution: "480p",
};

const KEY = "greenroom.devices";

/** Parses stored preferences; what can't be read has its default. */
export function readPreferences(stored: string | null): Preferences {
  try {
    const read = JSON.parse(stored ?? "{}") as Partial<Preferences>;
    const chosen = Object.fromEntries(KINDS.map((kind) => [kind, readDevice(read.chosen?.[kind])])) as Preferences["chosen"];
    const processing = { ...PREFERENCES.processing };
    for (const name of ["echo", "noise", "gain"] as const) {
      if (typeof read.processing?.[name] === "boolean") processing[name] = read.processing[name];
    }
    const volume = typeof read.volume === "number" ? Math.min(100, Math.max(0, Math.round(read.volume))) : PREFERENCES.volume;
    const resolution = RESOLUTIONS.find((one) => one === read.resolution) ?? PREFERENCES.resolution;
    return { chosen, processing, volume, resolution };
  } catch {
    return PREFERENCES;
  }
}

function readDevice(read: unknown): Device | null {
  const { id, label } = (read ?? {}) as Partial<Device>;
  return typeof id === "string" && typeof label === "string" ? { id, label } : null;
}

/** The stored preferences, or the defaults. */
export function loadPreferences(): Preferences {
  return readPreferences(readStored(KEY));
}

/** Stores the preferences for the next visit. */
export function savePreferences({ chosen, processing, volume, resolution }: Preferences): void {
  store(KEY, JSON.stringify({ chosen, processing, volume, resolution }));
}
