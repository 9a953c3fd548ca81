/** The summary of an ended call. */

import { type Lines, latencies } from "../call/line";
import type { CallState } from "../call/state";
import { clock, milliseconds } from "../formatting";
import { howItEnded } from "../labels";
import { median } from "../statistics";

export function Summary({ state, lines }: { state: CallState; lines: Lines }) {
  const turns = lines.filter((line) => line.turnId !== null).length;
  const ended = state.phase === "ended" || state.endReason !== null ? howItEnded(state.endReason) : "The call dropped";
  return (
    <section className="summary" data-testid="summary" aria-label="Call summary">
      <p className="summary-end" data-testid="summary-end">
        {ended}
        {state.endDetail !== "" && state.problem === null && <span className="summary-detail">{state.endDetail}</span>}
      </p>
      <dl className="figures">
        <Figure name="Duration" value={state.lengthMs === null ? "–" : clock(state.lengthMs)} id="length" />
        <Figure name="Turns" value={String(turns)} id="turns" />
        <Figure name="Median latency" value={milliseconds(median(latencies(lines)))} id="latency" />
      </dl>
    </section>
  );
}

function Figure({ name, value, id }: { name: string; value: string; id: string }) {
  return (
    <div className="figure">
      <dt>{name}</dt>
      <dd data-testid={`summary-${id}`}>{value}</dd>
    </div>
  );
}
