/** The two voices as lanes, and the row of marks under them: interruptions, events and notes. */

import { element, place } from "./elements";
import { bytes, clock, type TimelineRecord, type TimelineTurn } from "./record";

export interface Wave {
  canvas: HTMLCanvasElement;
  levels: Uint8Array;
}

export interface Lane {
  root: HTMLElement;
  /** To be drawn as the player moves; null without sound. */
  wave: Wave | null;
}

export function laneOf(record: TimelineRecord, speaker: TimelineTurn["speaker"], name: string): Lane {
  const { sound, turns, length_ms } = record;
  const root = element(
    "div",
    { class: "tl-lane", "data-speaker": speaker, "aria-hidden": "true" },
    element("span", { class: "tl-name" }, name),
  );
  let wave: Wave | null = null;
  if (sound !== null) {
    const canvas = element("canvas", { class: "tl-wave" });
    wave = { canvas, levels: bytes(speaker === "user" ? sound.person : sound.agent) };
    root.append(canvas);
  }
  const blocks = element("div", { class: "tl-blocks" });
  for (const [index, turn] of turns.entries()) {
    if (turn.speaker !== speaker) continue;
    const block = element("span", { class: "tl-turn", "data-turn": index, "data-interrupted": turn.interrupted });
    place(block, turn.started_ms, Math.max(turn.ended_ms, turn.started_ms + 200), length_ms);
    blocks.append(block);
  }
  root.append(blocks);
  return { root, wave };
}

export function markRow({ events, notes, turns, length_ms }: TimelineRecord, goTo: (ms: number) => void): HTMLElement {
  const all = [
    ...turns.filter(({ interrupted }) => interrupted).map(({ ended_ms }) => ["interruption", ended_ms, "Interrupted"] as const),
    ...events.map(({ at_ms, what }) => ["event", at_ms, what] as const),
    ...notes.map(({ at_ms, text }) => ["note", at_ms, text] as const),
  ];
  const row = element("div", { class: "tl-marks" });
  for (const [kind, ms, words] of all) {
    const mark = element("button", {
      type: "button",
      class: "tl-mark",
      "data-kind": kind,
      title: `${clock(ms)} ${words}`,
      "aria-label": `${kind} at ${clock(ms)}: ${words}`,
    });
    place(mark, ms, ms, length_ms);
    mark.addEventListener("click", () => goTo(Math.max(0, ms - 1000)));
    row.append(mark);
  }
  return row;
}
