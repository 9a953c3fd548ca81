/** Three bars for the network quality, with a text label. */

import { type Grade, gradeOf, type Quality } from "../call/quality";
import { NETWORK } from "../labels";

const LIT: Record<Grade, number> = { unknown: 0, none: 0, poor: 1, fair: 2, good: 3 };

export function NetworkBars({ quality }: { quality: Quality }) {
  const grade = gradeOf(quality);
  const words = `Network: ${NETWORK[grade].toLowerCase()}`;
  return (
    <span className="network" role="img" aria-label={words} title={words} data-testid="network" data-grade={grade}>
      <svg width="16" height="14" viewBox="0 0 16 14" aria-hidden="true">
        {[0, 1, 2].map((bar) => (
          <rect key={bar} x={1 + bar * 5} y={9 - bar * 4} width="3.4" height={4 + bar * 4} rx="1" data-lit={bar < LIT[grade]} />
        ))}
      </svg>
    </span>
  );
}
