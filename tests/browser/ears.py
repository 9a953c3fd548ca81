"""What a person at the browser hears: the remote audio of the page, recorded outside the component, and understood by Moonshine."""

from __future__ import annotations

import base64
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Listens to every remote audio track of every peer connection of the page; knows nothing of the component.
TAP = """
(() => {
  const chunks = [];
  let context = null, node = null, started = 0;
  async function listen(track) {
    if (!context) {
      context = new AudioContext({ sampleRate: 16000 });
      const source = `registerProcessor('tap', class extends AudioWorkletProcessor {
        process(inputs) { if (inputs[0][0]) this.port.postMessage(inputs[0][0].slice()); return true; } })`;
      await context.audioWorklet.addModule(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
      node = new AudioWorkletNode(context, 'tap');
      node.port.onmessage = (e) => { if (!started) started = performance.now(); chunks.push(e.data); };
      node.connect(context.destination);
    }
    context.createMediaStreamSource(new MediaStream([track])).connect(node);
  }
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('track', (e) => { if (e.track.kind === 'audio') listen(e.track); });
    }
  };
  window.__heard = () => {
    const total = chunks.reduce((n, c) => n + c.length, 0);
    const pcm = new Int16Array(total);
    let at = 0;
    for (const c of chunks) for (let i = 0; i < c.length; i++) pcm[at++] = Math.max(-1, Math.min(1, c[i])) * 32767;
    let binary = '';
    const bytes = new Uint8Array(pcm.buffer);
    for (let i = 0; i < bytes.length; i += 32768) binary += String.fromCharCode(...bytes.subarray(i, i + 32768));
    return btoa(binary);
  };
})();
"""

RATE = 16_000


def heard(page: Any) -> NDArray[np.float32]:
    """Everything heard so far: mono, 16 kHz, -1..1."""
    raw = base64.b64decode(page.evaluate("window.__heard()"))
    return np.frombuffer(raw, np.int16).astype(np.float32) / 32768


def loud_seconds(audio: NDArray[np.float32], threshold: float = 0.01) -> float:
    """How many seconds of the audio are louder than ``threshold`` (RMS of 20 ms)."""
    frames = audio[: len(audio) // 320 * 320].reshape(-1, 320)
    return float((np.sqrt((frames**2).mean(axis=1)) > threshold).sum() * 0.02) if len(frames) else 0.0


def understood(audio: NDArray[np.float32]) -> str:
    """What speech recognition reads out of it, lower case, without punctuation."""
    from moonshine_voice.transcriber import ModelArch, Transcriber
    from moonshine_voice.utils import get_assets_path

    transcriber = Transcriber(os.path.join(str(get_assets_path()), "tiny-en"), ModelArch.TINY)
    lines = transcriber.transcribe_without_streaming(audio.tolist(), RATE).lines
    text = " ".join(line.text for line in lines)
    return "".join(c for c in text.lower() if c.isalnum() or c.isspace())
