/** The voices of the last half minute. */

import { useWaveform } from "../hooks/useWaveform";

export function Waveform({ name }: { name: string }) {
  const canvas = useWaveform();
  const words = `Last 30 seconds: ${name} above the line, you below. Bars mark interruptions.`;
  return <canvas ref={canvas} className="waveform" data-testid="waveform" role="img" aria-label={words} title={words} />;
}
