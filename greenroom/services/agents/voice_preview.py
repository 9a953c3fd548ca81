"""Voice previews: spoken by the offline twin, or by the vendor with the user's key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import httpx

from greenroom.catalog.samples import SAMPLES
from greenroom.catalog.vendors import VENDORS
from greenroom.catalog.voices import speaking_speed, stand_in
from greenroom.errors import GreenroomError, TwinUnavailable
from greenroom.services.agents.vendor_voice import TIMEOUT_S, VoiceSample, sample_url, spoken
from greenroom.services.operations.twin_process import TwinProcess

SAMPLE_MAX_CHARS = 300


class VoicePreview:
    """Gets spoken samples from the twin or a vendor, and caches the last few."""

    def __init__(
        self,
        twin: TwinProcess,
        keys: Callable[[str, str], str],
        address: Callable[[str], str] = str,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """``keys`` returns the credential of a name for a URL, "" if it isn't set; ``address`` can redirect a vendor's URL."""
        self._twin = twin
        self._keys, self._address, self._timeout_s = keys, address, timeout_s
        self._cached = lru_cache(maxsize=32)(self._render)
        self._asked = lru_cache(maxsize=32)(self._ask_vendor)

    def sample(self, tts: dict[str, object], text: str) -> bytes:
        """A WAV of ``text`` in the offline voice for this ``tts`` block.

        Raises GreenroomError with advice if the text is empty or the twin is not ready.
        """
        return self._cached(stand_in(tts).id, _sentence(text), round(speaking_speed(tts), 2))

    def offline(self, voice: str, text: str) -> bytes:
        """A WAV of ``text`` in this offline voice. Raises GreenroomError."""
        return self._cached(voice, _sentence(text), 1.0)

    @staticmethod
    def has_vendor_sample(vendor_id: str) -> bool:
        """Whether samples from this vendor are supported."""
        return vendor_id in SAMPLES

    def vendor_sample(self, vendor_id: str, params: Mapping[str, Any], text: str) -> VoiceSample:
        """``text`` in the vendor's own voice. ``params`` is ``tts.params`` of the join body, without keys.

        Raises GreenroomError with advice: missing, rejected or withheld key, timeout, or no audio.
        """
        words, recipe = _sentence(text), SAMPLES.get(vendor_id)
        label = next((vendor.label for vendor in VENDORS["tts"] if vendor.id == vendor_id), vendor_id)
        if recipe is None:
            raise GreenroomError(f"Samples from {label} aren't supported.", advice="Play the offline voice, or launch the agent.")
        key = self._keys(recipe.credential, sample_url(recipe, params))
        if not key:
            raise GreenroomError(f"No key is set for {label}.", advice=f"Add {recipe.credential} in Settings.")
        return self._asked(vendor_id, label, key, json.dumps(params, sort_keys=True, default=str), words)

    def _ask_vendor(self, vendor_id: str, label: str, key: str, params: str, text: str) -> VoiceSample:
        recipe = SAMPLES[vendor_id]
        return spoken(label, recipe, key, json.loads(params), text, address=self._address, timeout_s=self._timeout_s)

    def _render(self, voice: str, text: str, speed: float) -> bytes:
        try:
            answer = httpx.post(
                f"{self._twin.url}/twin/voices/sample",
                json={"voice": voice, "text": text, "speed": speed},
                timeout=20.0,
                trust_env=False,  # a proxy can't reach a process on this machine
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise TwinUnavailable(f"The offline twin returned no sample ({type(error).__name__}).") from error
        return answer.content


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise GreenroomError("There is no text to speak.", advice="Enter a text, then click Play.")
    if (over := len(words) - SAMPLE_MAX_CHARS) > 0:
        raise GreenroomError(f"The text is longer than {SAMPLE_MAX_CHARS} characters.", advice=f"Shorten it by {over}.")
    return words
