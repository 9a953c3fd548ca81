/** The lanes of caller and agent, and the row of marks under them: interruptions, events, notes and tool calls. */

import { element, place } from "../elements";
import { clock, milliseconds } from "../formatting";
import { bytes, type TimelineCall, type TimelineRecord, type TimelineTurn } from "./record";

/** A waveform; levels 0..255. */
export interface Wave {
  canvas: HTMLCanvasElement;
  levels: Uint8Array;
}

/** The lane of one side. */
export interface Lane {
  root: HTMLElement;
  /** The waveform, redrawn as the player moves; null without a recording. */
  wave: Wave | null;
}

/** Builds the lane of one side, with its turns. */
export function laneOf(record: TimelineRecord, speaker: TimelineTurn["speaker"], name: string): Lane {
  const { sound, turns, length_ms } = record;
  const lane = element("div", { class: "tl-lane" });
  let wave: Wave | null = null;
  if (sound !== null) {
    const canvas = element("canvas", { class: "tl-wave" });
    wave = { canvas, levels: bytes(speaker === "user" ? sound.person : sound.agent) };
    lane.append(canvas);
  }
  const blocks = element("div", { class: "tl-blocks" });
  for (const [index, turn] of turns.entries()) {
    if (turn.speaker !== speaker) continue;
    const block = element("span", { class: "tl-turn", "data-turn": index, "data-interrupted": turn.interrupted });
    place(block, turn.started_ms, Math.max(turn.ended_ms, turn.started_ms + 200), length_ms);
    blocks.append(block);
  }
  lane.append(blocks);
  const label = element("span", { class: "tl-name", title: name }, name);
  return { root: element("div", { class: "tl-side", "data-speaker": speaker, "aria-hidden": "true" }, label, lane), wave };
}

/** Builds the row of marks; a click goes to a second before its mark. */
export function markRow(
  { events, notes, turns, calls = [], length_ms }: TimelineRecord,
  goTo: (ms: number) => void,
): HTMLElement {
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
  for (const call of calls) row.append(toolMark(call, length_ms, goTo));
  return row;
}

/** A mark as wide as the call took. */
function toolMark(call: TimelineCall, lengthMs: number, goTo: (ms: number) => void): HTMLElement {
  const words = `${call.tool}${call.mocked ? " (mocked)" : ""}, ${call.status} after ${milliseconds(call.duration_ms)}`;
  const mark = element("button", {
    type: "button",
    class: "tl-mark",
    "data-kind": "tool",
    "data-testid": "tl-tool",
    "data-failed": call.status !== "ok",
    title: `${clock(call.started_ms)} ${words}\n${call.arguments}\n${call.result}`,
    "aria-label": `Tool call at ${clock(call.started_ms)}: ${words}`,
  });
  place(mark, call.started_ms, call.started_ms + call.duration_ms, lengthMs);
  mark.addEventListener("click", () => goTo(Math.max(0, call.started_ms - 1000)));
  return mark;
}
