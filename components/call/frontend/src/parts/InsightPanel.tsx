/** A call's metrics: latency by turn and stage, network, time left, cost and launch steps. */

import { costSoFar, type LatencyStage, segmentsOf, type Waterfall, waterfall } from "../call/insight";
import { type Lines, latencies } from "../call/line";
import type { Quality } from "../call/quality";
import type { CallState } from "../call/state";
import { clock, listed, milliseconds } from "../formatting";
import { useElapsed } from "../hooks/useElapsed";
import { LATENCY_LABELS, NETWORK, TURN_END_LABELS } from "../labels";
import { median, p90 } from "../statistics";
import type { CallCost } from "../ticket";
import { Steps } from "./Steps";

const STAGES = Object.keys(LATENCY_LABELS) as LatencyStage[];

interface Props {
  state: CallState;
  lines: Lines;
}

export function InsightPanel({ state, lines }: Props) {
  const elapsed = useElapsed(state.liveSince, state.lengthMs) ?? 0;
  const measured = latencies(lines);
  const falls = lines.map(waterfall).filter((fall) => fall !== null);
  const longest = Math.max(1, ...falls.map((fall) => fall.totalMs));
  const left = state.capS > 0 && state.lengthMs === null ? Math.max(0, state.capS * 1000 - elapsed) : null;
  return (
    <div className="insight" data-testid="insight">
      <dl className="facts">
        <Fact name="Median latency" value={milliseconds(median(measured))} id="median" />
        <Fact name="p90 latency" value={milliseconds(p90(measured))} id="p90" />
        {state.network !== null && <Fact name="Network" value={network(state.network)} id="network" />}
        {left !== null && <Fact name="Time left" value={clock(left)} id="left" />}
      </dl>
      {state.cost && <Cost cost={state.cost} elapsed={elapsed} />}
      {falls.length === 0 ? (
        <p className="transcript-empty">Latency by turn appears here after the first reply.</p>
      ) : (
        <>
          <p className="legend">
            {STAGES.map((stage) => (
              <span key={stage} title={segmentsOf(stage)}>
                <i className="swatch" data-stage={stage} />
                {LATENCY_LABELS[stage]}
              </span>
            ))}
          </p>
          <ol className="falls">
            {falls.toReversed().map((fall) => (
              <Fall key={fall.key} fall={fall} longest={longest} />
            ))}
          </ol>
        </>
      )}
      <details className="insight-launch">
        <summary>Launch steps</summary>
        <Steps done={state.steps} microphone={state.microphone} />
      </details>
    </div>
  );
}

function network(quality: Quality): string {
  const { up, down } = quality;
  return up === down ? NETWORK[up] : `${NETWORK[up]} up, ${NETWORK[down].toLowerCase()} down`;
}

function Cost({ cost, elapsed }: { cost: CallCost; elapsed: number }) {
  const soFar = `About ${amount(costSoFar(cost, elapsed), cost.currency)} so far. `;
  return (
    <>
      <p className="insight-cost" data-testid="cost">
        {cost.per_minute > 0 && soFar}
        {cost.note}
      </p>
      <details className="insight-launch" data-testid="engines">
        <summary>Engines in this call</summary>
        <dl className="engines">
          {cost.engines.map((engine) => (
            <div key={`${engine.role} ${engine.label}`}>
              <dt>{engine.part}</dt>
              <dd>{listed([engine.label, engine.where, engine.cost])}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}

function Fact({ name, value, id }: { name: string; value: string; id: string }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd data-testid={`insight-${id}`}>{value}</dd>
    </div>
  );
}

function Fall({ fall, longest }: { fall: Waterfall; longest: number }) {
  const words = fall.parts.map(({ stage, ms }) => `${LATENCY_LABELS[stage]} ${milliseconds(ms)}`).join(", ");
  return (
    <li className="fall" data-testid="waterfall" data-total={fall.totalMs} data-turn={fall.turnId}>
      <span>Turn {fall.turnId}</span>
      <span className="fall-bar" role="img" aria-label={words || "No breakdown available"}>
        {fall.parts.length === 0 && (
          <i className="fall-part" data-stage="whole" style={{ width: `${(100 * fall.totalMs) / longest}%` }} />
        )}
        {fall.parts.map(({ stage, ms }) => (
          <i
            key={stage}
            className="fall-part"
            data-stage={stage}
            data-ms={ms}
            title={`${LATENCY_LABELS[stage]} ${milliseconds(ms)} (${segmentsOf(stage)})`}
            style={{ width: `${(100 * ms) / longest}%` }}
          />
        ))}
      </span>
      <span className="fall-total" title={fall.heardHere ? "Measured in this browser" : "Sum of the latencies Agora reported"}>
        {milliseconds(fall.totalMs)}
      </span>
      {words !== "" && <span className="fall-words">{listed([words, TURN_END_LABELS[fall.endedBy] ?? ""].filter(Boolean))}</span>}
    </li>
  );
}

function amount(value: number, currency: string): string {
  return currency === "USD" ? `$${value.toFixed(3)}` : `${value.toFixed(3)} ${currency}`;
}
