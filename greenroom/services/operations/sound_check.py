"""The server side of the sound check: transcribe microphone audio with the local speech recognition."""

from __future__ import annotations

import json
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from greenroom.errors import TwinUnavailable

log = logging.getLogger(__name__)

#: Samples a second, mono, 16 bit: what the ears take.
HEARD_RATE = 16_000
CONNECT_TIMEOUT_S = 5.0
#: The thread ends after this time without audio: the microphone is gone.
IDLE_S = 15.0
#: Seconds of audio per message, and how many pieces may wait to be sent before the oldest is dropped.
BATCH_S, MOST_WAITING = 0.1, 100
MOST_LINES = 6
#: Full scale of 16 bits; nothing is quieter than -60 dB here.
_FULL, _FLOOR_DB = 32768.0, -60.0


@dataclass(frozen=True, slots=True)
class TranscribedSentence:
    """A transcribed sentence. ``speech_ms``: its duration; ``took_ms``: from its last sound to the transcript."""

    text: str
    speech_ms: int
    took_ms: int


@dataclass(frozen=True, slots=True)
class SoundCheckStatus:
    """A snapshot of the sound check. Levels are dB below full scale (-60..0); ``problem`` is a user-facing message."""

    level_db: float = _FLOOR_DB
    peak_db: float = _FLOOR_DB
    speaking: bool = False
    unfinished: str = ""
    lines: tuple[TranscribedSentence, ...] = ()
    problem: str = ""


class MicrophoneCheck:
    """The sound check of one microphone. Call :meth:`feed` from one thread; the other methods from any.

    Owns one thread, which ends on :meth:`close`, when the connection is lost, or after 15 s without audio.
    """

    def __init__(self, twin_url: Callable[[], str]) -> None:
        self._twin_url = twin_url
        self._audio: queue.Queue[bytes | None] = queue.Queue(MOST_WAITING)
        self._status = SoundCheckStatus()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def status(self) -> SoundCheckStatus:
        """The newest snapshot; doesn't wait."""
        return self._status

    def feed(self, pcm: NDArray[np.int16]) -> None:
        """Process audio of any length: int16, mono, 16 kHz."""
        if self._closed:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound check", daemon=True)
            self._thread.start()
        level = _db(float(np.sqrt(np.mean(np.square(pcm, dtype=np.float32))))) if len(pcm) else _FLOOR_DB
        self._update(lambda status: replace(status, level_db=level, peak_db=max(level, status.peak_db - 0.5)))
        if self._audio.full():
            self._audio.get_nowait()
        self._audio.put_nowait(pcm.astype("<i2").tobytes())

    def close(self) -> None:
        """Idempotent; returns at once."""
        self._closed = True
        if self._audio.full():
            self._audio.get_nowait()
        self._audio.put_nowait(None)

    def _run(self) -> None:
        try:
            address = self._twin_url().replace("http", "ws", 1) + "/twin/ears"
            with connect(address, open_timeout=CONNECT_TIMEOUT_S, close_timeout=1.0, proxy=None) as line:
                self._stream(line)
        except (OSError, TwinUnavailable, WebSocketException) as error:
            log.warning("sound check: %s", type(error).__name__)
            reason = error.reason if isinstance(error, ConnectionClosed) else ""
            why = reason or "The local speech recognition isn't responding."
            self._update(lambda status: replace(status, problem=f"{why} Stop the check and start it again."))
        finally:
            self._closed = True

    def _stream(self, line: ClientConnection) -> None:
        batch = b""
        while not self._closed:
            try:
                sound = self._audio.get(timeout=IDLE_S)
            except queue.Empty:
                return
            if sound is None:
                return
            batch += sound
            if len(batch) >= HEARD_RATE * 2 * BATCH_S:
                line.send(batch)
                batch = b""
            self._read_transcripts(line)

    def _read_transcripts(self, line: ClientConnection) -> None:
        while True:
            try:
                note = json.loads(line.recv(timeout=0))
            except TimeoutError:
                return
            self._update(lambda status, note=note: _after(status, note))

    def _update(self, change: Callable[[SoundCheckStatus], SoundCheckStatus]) -> None:
        with self._lock:
            self._status = change(self._status)


def _after(status: SoundCheckStatus, note: dict[str, object]) -> SoundCheckStatus:
    """``note`` is a message of ``/twin/ears`` (greenroom/twin/listening.py)."""
    kind, text = note.get("type"), str(note.get("text", ""))
    if kind == "started":
        return replace(status, speaking=True, unfinished="")
    if kind == "interim":
        return replace(status, unfinished=text)
    if kind == "said" and text:
        line = TranscribedSentence(text, int(str(note.get("speech_ms", 0))), int(str(note.get("recognized_ms", 0))))
        return replace(status, speaking=False, unfinished="", lines=(*status.lines, line)[-MOST_LINES:])
    return replace(status, speaking=False, unfinished="")


def _db(level: float) -> float:
    return max(_FLOOR_DB, 20.0 * float(np.log10(max(level, 1e-6) / _FULL)))
