"""What a person at the browser says and hears, recorded outside the component: two channels on one clock."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAME = 320  # 20 ms

#: Records every microphone stream (left) and every remote audio track (right) of the page; knows nothing of the component.
TAP = """
(() => {
  const chunks = [];
  let ready = null;
  const worklet = `registerProcessor('tap', class extends AudioWorkletProcessor {
    process(inputs) {
      const both = new Int16Array(256);
      for (let side = 0; side < 2; side++) {
        const channel = inputs[side][0];
        if (channel) for (let i = 0; i < 128; i++) both[side * 128 + i] = Math.max(-1, Math.min(1, channel[i])) * 32767;
      }
      this.port.postMessage(both, [both.buffer]);
      return true;
    }
  })`;
  function recorder() {
    ready ??= (async () => {
      const context = new AudioContext({ sampleRate: 16000 });
      await context.audioWorklet.addModule(URL.createObjectURL(new Blob([worklet], { type: 'text/javascript' })));
      const node = new AudioWorkletNode(context, 'tap', { numberOfInputs: 2, channelCount: 1, channelCountMode: 'explicit' });
      node.port.onmessage = (e) => {
        chunks.push(e.data);  // 8 ms each; the promptest message tells best when the first one was recorded
        window.__heardFrom = Math.min(window.__heardFrom ?? Infinity, performance.now() - chunks.length * 8);
      };
      node.connect(context.destination);
      await context.resume();
      return { context, node };
    })();
    return ready;
  }
  async function listen(stream, side) {
    const { context, node } = await recorder();
    context.createMediaStreamSource(stream).connect(node, 0, side);
  }
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('track', (e) => { if (e.track.kind === 'audio') listen(new MediaStream([e.track]), 1); });
    }
  };
  const devices = navigator.mediaDevices, native = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (constraints) => {
    const stream = await native(constraints);
    if (stream.getAudioTracks().length) listen(new MediaStream([stream.getAudioTracks()[0].clone()]), 0);
    return stream;
  };
  window.__heard = () => {
    let binary = '';
    for (const chunk of chunks) binary += String.fromCharCode(...new Uint8Array(chunk.buffer));
    return btoa(binary);
  };
})();
"""


@dataclass(frozen=True, slots=True)
class HeardRecording:
    """Two mono channels of the same length, 16 kHz, -1..1."""

    said: NDArray[np.float32]
    heard: NDArray[np.float32]

    @property
    def seconds(self) -> float:
        return len(self.heard) / RATE


def record(page: Any) -> HeardRecording:
    """Everything since the microphone or the first remote track opened."""
    raw = np.frombuffer(base64.b64decode(page.evaluate("window.__heard()")), np.int16)
    blocks = raw[: len(raw) // 256 * 256].reshape(-1, 2, 128).astype(np.float32) / 32768
    return HeardRecording(blocks[:, 0].ravel().astype(np.float32), blocks[:, 1].ravel().astype(np.float32))


def loud(audio: NDArray[np.float32], threshold: float = 0.01) -> NDArray[np.bool_]:
    """For every 20 ms whether its RMS is above ``threshold``."""
    frames = audio[: len(audio) // FRAME * FRAME].reshape(-1, FRAME)
    return np.sqrt((frames**2).mean(axis=1)) > threshold


def loud_seconds(audio: NDArray[np.float32]) -> float:
    return float(loud(audio).sum() * 0.02)


def spans(audio: NDArray[np.float32], gap_s: float = 0.4) -> list[tuple[float, float]]:
    """Stretches of sound as (start, end) in seconds; pauses shorter than ``gap_s`` do not end one."""
    found: list[list[float]] = []
    for index in np.flatnonzero(loud(audio)):
        start, end = index * 0.02, (index + 1) * 0.02
        if found and start - found[-1][1] < gap_s:
            found[-1][1] = end
        else:
            found.append([start, end])
    return [(a, b) for a, b in found if b - a >= 0.1]


@lru_cache(maxsize=1)
def _transcriber() -> Any:
    from moonshine_voice.transcriber import ModelArch, Transcriber
    from moonshine_voice.utils import get_assets_path

    return Transcriber(os.path.join(str(get_assets_path()), "tiny-en"), ModelArch.TINY)


def understood(audio: NDArray[np.float32]) -> str:
    """What speech recognition reads out of it: lower case, no punctuation."""
    lines = _transcriber().transcribe_without_streaming(audio.tolist(), RATE).lines
    text = " ".join(line.text for line in lines)
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower().replace("'", "")).split())
