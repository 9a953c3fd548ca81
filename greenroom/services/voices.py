"""Hearing a voice before choosing it: samples spoken by the offline twin."""

from __future__ import annotations

from functools import lru_cache

import httpx

from greenroom.catalog.voices import speaking_speed, stand_in
from greenroom.errors import GreenroomError, TwinUnavailable
from greenroom.services.twin_process import TwinProcess

SAMPLE_MAX_CHARS = 300


class VoiceBooth:
    """Asks the twin for a spoken sample; the last few are kept, so that pressing play again is instant."""

    def __init__(self, twin: TwinProcess) -> None:
        self._twin = twin
        self._cached = lru_cache(maxsize=32)(self._render)

    def sample(self, tts: dict[str, object], text: str) -> bytes:
        """A WAV of ``text`` in the offline voice that stands for this ``tts`` block.

        Raises GreenroomError with advice when there is nothing to say or the twin cannot speak yet.
        """
        words = " ".join(text.split())[:SAMPLE_MAX_CHARS]
        if not words:
            raise GreenroomError("There is nothing to say yet.", advice="Write a greeting, then press play.")
        return self._cached(stand_in(tts).id, words, round(speaking_speed(tts), 2))

    def _render(self, voice: str, text: str, speed: float) -> bytes:
        try:
            answer = httpx.post(
                f"{self._twin.url}/twin/voices/sample",
                json={"voice": voice, "text": text, "speed": speed},
                timeout=20.0,
                trust_env=False,  # no proxy knows the way to a process on this machine
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise TwinUnavailable(f"No sample came from the offline twin ({type(error).__name__}).") from error
        return answer.content
