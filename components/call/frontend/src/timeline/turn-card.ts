/** The turn at the player's position: speaker, text, and latency by stage. */

import { type LatencyStage, segmentsOf } from "../call/insight";
import { element } from "../elements";
import { clock, listed, milliseconds } from "../formatting";
import { LATENCY_LABELS, SOURCE_LABELS } from "../labels";
import { latencyParts } from "./latency-parts";
import type { TimelineRecord, TimelineTurn } from "./record";

/** The card of a turn; `index` −1: before the first one. */
export function turnShown(record: TimelineRecord, index: number): HTMLElement[] {
  const turn = record.turns[index];
  if (turn === undefined) {
    return [
      element(
        "p",
        { class: "tl-words tl-quiet" },
        record.turns.length === 0 ? "No speech in this session." : "No one has spoken yet.",
      ),
    ];
  }
  const who = turn.speaker === "agent" ? record.agent_name : (record.caller_name ?? "You");
  const notes = [
    clock(turn.started_ms),
    ...(turn.source === "voice" ? [] : [SOURCE_LABELS[turn.source] ?? turn.source]),
    ...(turn.interrupted ? ["Interrupted"] : []),
  ];
  return [
    element("p", { class: "tl-who" }, element("b", {}, who), ` ${listed(notes)}`),
    element("p", { class: "tl-words", dir: "auto" }, turn.text || "(no speech)"),
    ...latencyBar(turn),
  ];
}

function titleOf(stage: LatencyStage, ms: number): string {
  return `${LATENCY_LABELS[stage]} ${milliseconds(ms)} (${segmentsOf(stage)})`;
}

function latencyBar(turn: TimelineTurn): HTMLElement[] {
  if (turn.speaker !== "agent" || turn.latency_ms === null) return [];
  const parts = latencyParts(turn);
  const bar = element("div", {
    class: "tl-latency",
    role: "img",
    "aria-label": `Responded in ${milliseconds(turn.latency_ms)}: ${parts.map(({ stage, ms }) => `${LATENCY_LABELS[stage]} ${milliseconds(ms)}`).join(", ")}`,
  });
  const total = parts.reduce((sum, { ms }) => sum + ms, 0);
  for (const { stage, ms } of parts) {
    const part = element(
      "span",
      { "data-stage": stage, title: titleOf(stage, ms) },
      `${LATENCY_LABELS[stage]} ${milliseconds(ms)}`,
    );
    part.style.flexGrow = String(ms / Math.max(1, total));
    bar.append(part);
  }
  return [
    element("p", { class: "tl-answered" }, `Responded in ${milliseconds(turn.latency_ms)}`),
    ...(parts.length > 0 ? [bar] : []),
  ];
}
