"""What a person sees of an avatar, and when: the mouth in each shown picture, beside the sound that was heard with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from greenroom.twin.agent.faces.paint import FINE
from greenroom.twin.agent.faces.painter import MOUTH

STEP_MS = 10
#: How far the lips may be from the sound to be found, in milliseconds.
FURTHEST_MS = 500
#: The middle of the mouth: nothing but lips and chin.
_LEFT, _TOP, _RIGHT, _BOTTOM = (edge // FINE + inset for edge, inset in zip(MOUTH, (20, 4, -20, -24), strict=True))

#: Notes every shown picture (when, size, how many of the mouth's pixels are others than in the first one) and 10 ms of sound
#: after the other. Begun again, it forgets what was seen before.
WATCH = """async ([uid, left, top, right, bottom]) => {
  const video = document.querySelector('#stage video');
  const canvas = new OffscreenCanvas(right - left, bottom - top);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const mine = window.watching = {};
  window.pictures = [];
  let rest = null;
  const look = (now, shown) => {
    if (window.watching !== mine) return;
    pen.drawImage(video, left, top, right - left, bottom - top, 0, 0, right - left, bottom - top);
    const { data } = pen.getImageData(0, 0, right - left, bottom - top);
    const light = new Int16Array(data.length / 4).map((_, i) => data[4 * i] + data[4 * i + 1] + data[4 * i + 2]);
    rest ??= light;
    const moved = light.reduce((count, value, i) => count + (Math.abs(value - rest[i]) > 100), 0);
    pictures.push([shown.expectedDisplayTime, moved, video.videoWidth, video.videoHeight]);
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  const worklet = `registerProcessor('level', class extends AudioWorkletProcessor {
    sum = 0; count = 0;
    process([[channel]]) {
      for (let i = 0; i < 128; i++) {
        const x = channel ? channel[i] : 0;
        this.sum += x * x;
        if (++this.count === 480) { this.port.postMessage(Math.sqrt(this.sum / 480)); this.sum = this.count = 0; }
      }
      return true;
    }
  })`;
  const context = new AudioContext({ sampleRate: 48000 });
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
  const node = new AudioWorkletNode(context, 'level');
  window.levels = [];
  window.heardFrom = Infinity;
  node.port.onmessage = (e) => {
    if (window.watching !== mine) return context.close();
    levels.push(e.data);  // the promptest message tells best when the first one was heard
    heardFrom = Math.min(heardFrom, performance.now() - levels.length * 10);
  };
  const track = client.remoteUsers.find((user) => user.uid === uid).audioTrack.getMediaStreamTrack();
  context.createMediaStreamSource(new MediaStream([track])).connect(node).connect(context.destination);
}"""


@dataclass(frozen=True, slots=True)
class WatchedCall:
    """What was seen and heard: ``shown_ms`` and ``moved`` (pixels of the mouth) by picture, ``level`` (0..1) by 10 ms."""

    shown_ms: NDArray[np.float64]
    moved: NDArray[np.float64]
    sizes: set[tuple[int, int]]
    level: NDArray[np.float64]
    heard_from_ms: float

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return (len(self.shown_ms) - 1) / (self.shown_ms[-1] - self.shown_ms[0]) * 1000

    def moved_while(self, *, speaking: bool) -> NDArray[np.float64]:
        """The mouth in those pictures around which, for a quarter of a second, there was sound, or none at all."""
        at = ((self.shown_ms - self.heard_from_ms) / STEP_MS).astype(int)
        loud = self.level > 0.01
        near = [loud[max(0, i - 25) : i + 25] for i in at]
        wanted = [len(part) == 50 and (part.mean() > 0.8 if speaking else not part.any()) for part in near]
        return self.moved[np.array(wanted, bool)]

    @property
    def lips_late_ms(self) -> float:
        """By how much the mouth comes after the sound; negative when it is ahead. Where the two agree best."""
        grid = np.arange(self.shown_ms[0], self.shown_ms[-1], STEP_MS)
        mouth = self.moved[np.searchsorted(self.shown_ms, grid, side="right") - 1]
        heard = self.heard_from_ms + np.arange(len(self.level)) * STEP_MS
        decibels = np.clip(20 * np.log10(np.maximum(self.level, 1e-5)) + 48, 0, 31)
        shifts = range(-FURTHEST_MS, FURTHEST_MS + 1, STEP_MS)
        agreement = [np.corrcoef(mouth, np.interp(grid - shift, heard, decibels))[0, 1] for shift in shifts]
        return float(shifts[int(np.argmax(agreement))])


def watch(page: Page, uid: int) -> None:
    """From now on; forgets what was seen before. The page must show ``uid``'s video and be subscribed to its sound."""
    page.evaluate(WATCH, [uid, _LEFT, _TOP, _RIGHT, _BOTTOM])


def sight(page: Page) -> WatchedCall:
    """All since :func:`watch`."""
    pictures, level, since = page.evaluate("[pictures, levels, heardFrom]")
    shown, moved, *_ = (np.array(column, float) for column in zip(*pictures, strict=True))
    return WatchedCall(shown, moved, {(w, h) for *_, w, h in pictures}, np.array(level, float), float(since))
