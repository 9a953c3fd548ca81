/** The waveform of both sides over the last 30 s. */

import { useTexts } from "../hooks/useTexts";
import { useWaveform } from "../hooks/useWaveform";

export function Waveform({ name }: { name: string }) {
  const canvas = useWaveform();
  const words = useTexts().of("Last 30 seconds: {name} above the line, you below. Bars mark interruptions.", { name });
  return <canvas ref={canvas} className="waveform" data-testid="waveform" role="img" aria-label={words} title={words} />;
}
