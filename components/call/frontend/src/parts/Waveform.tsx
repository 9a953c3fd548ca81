/** The voices of the last half minute. */

import { useWaveform } from "../hooks/useWaveform";

export function Waveform({ name }: { name: string }) {
  const canvas = useWaveform();
  const words = `The last 30 seconds: ${name} above the line, you below it, a bar across where somebody was interrupted`;
  return <canvas ref={canvas} className="waveform" data-testid="waveform" role="img" aria-label={words} title={words} />;
}
