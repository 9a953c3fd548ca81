/** The test sound of a speaker. */

import { pause } from "../call/wait";

/** Two notes, a fifth apart. */
const NOTES: readonly (readonly [hertz: number, atS: number])[] = [
  [523.25, 0],
  [783.99, 0.35],
];
const CHIME_S = 1.1;
const LOUDNESS = 0.25;

/** Plays two notes on this speaker ("" = the system default). Resolves after they have ended; rejects if the speaker can't be used. */
export async function playTestSound(speaker: string): Promise<void> {
  const context = new AudioContext();
  const player = new Audio();
  try {
    const out = context.createMediaStreamDestination();
    for (const [hertz, atS] of NOTES) {
      const note = new OscillatorNode(context, { frequency: hertz });
      const loud = new GainNode(context, { gain: 0 });
      const at = context.currentTime + atS;
      loud.gain.setValueAtTime(0, at);
      loud.gain.linearRampToValueAtTime(LOUDNESS, at + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      note.connect(loud).connect(out);
      note.start(at);
      note.stop(at + 0.65);
    }
    player.srcObject = out.stream;
    if (speaker !== "") await player.setSinkId(speaker);
    await player.play();
    await pause(CHIME_S * 1000);
  } finally {
    player.srcObject = null;
    await context.close();
  }
}
