/** Draws the waveform of one side; the played part in full color. */

/** `span`: the share of the width that the recording takes, 0..1; `played`: the share that has been played. */
export function drawWave(canvas: HTMLCanvasElement, levels: Uint8Array, span: number, played: number, color: string): void {
  const { width, height } = canvas.getBoundingClientRect();
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
  if (wide === 0 || high === 0) return;
  if (canvas.width !== wide || canvas.height !== high) [canvas.width, canvas.height] = [wide, high];
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.clearRect(0, 0, wide, high);
  context.fillStyle = color;
  const bar = Math.max(1, Math.round(2 * scale));
  const step = bar + Math.max(1, Math.round(scale));
  const end = Math.min(wide, wide * span);
  for (let x = 0; x < end; x += step) {
    const from = Math.floor((x / end) * levels.length);
    const to = Math.max(from + 1, Math.floor(((x + step) / end) * levels.length));
    let loudest = 0;
    for (let i = from; i < to && i < levels.length; i++) loudest = Math.max(loudest, levels[i] ?? 0);
    const tall = Math.max(bar, (loudest / 255) * high * 0.96);
    context.globalAlpha = x / wide <= played ? 1 : 0.38;
    context.fillRect(x, (high - tall) / 2, bar, tall);
  }
}
