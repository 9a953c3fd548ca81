"""A language model with OpenAI's chat completions, as a judge or a caller asks it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from greenroom.errors import GreenroomError
from greenroom.security_log import FrequentKeyUse

log = logging.getLogger(__name__)

TIMEOUT_S = 60.0
#: How long to wait before a busy model is asked again.
AGAIN_AFTER_S = (0.5, 2.0)
#: For this long after a model stayed busy, a question is sent once and not repeated.
IMPATIENT_S = 30.0
_BUSY = (429, 502, 503)
#: Both parts answer with one JSON object. A model that babbles would otherwise fill its context with each answer.
_BOUNDS: Mapping[str, Any] = {"response_format": {"type": "json_object"}, "max_tokens": 2000}
#: How servers refuse parameters that they don't know.
_UNKNOWN_PARAMETER = (400, 422)


class ModelSilent(GreenroomError):
    """The model can't be reached, refused, or answered something else than text."""

    advice = "Check its address, its name and its key."


class ChatModel:
    """Thread-safe. ``url`` is the whole address of the chat completions; ``key_name`` the option that holds the key."""

    def __init__(self, url: str, model: str, key: str = "", key_name: str = "") -> None:
        self.url, self.model, self._key = url, model, key
        self._key_use = FrequentKeyUse(key_name, "rehearsal")
        # Kept: reading the trusted certificates anew for each question takes longer than many answers.
        self._client: httpx.Client | None = None
        self._patient_from = 0.0
        self._bounds = _BOUNDS

    def ask(self, messages: Sequence[Mapping[str, str]], temperature: float = 0.0) -> str:
        """The answer. A busy model is asked again, unless it just was to no avail. Raises ModelSilent."""
        waits = AGAIN_AFTER_S if time.monotonic() >= self._patient_from else ()
        for wait in (*waits, None):
            try:
                return self._completion(messages, temperature)
            except httpx.HTTPStatusError as error:
                if wait is None or error.response.status_code not in _BUSY:
                    self._patient_from = time.monotonic() + IMPATIENT_S
                    raise ModelSilent(f"{self.model} refused ({error.response.status_code}).") from error
                time.sleep(wait)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError, RecursionError) as error:
                raise ModelSilent(f"{self.model} gave no answer ({type(error).__name__}).") from error
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close the connections; idempotent."""
        if self._client is not None:
            self._client.close()

    def _completion(self, messages: Sequence[Mapping[str, str]], temperature: float) -> str:
        headers = {"authorization": f"Bearer {self._key}"} if self._key else {}
        if self._key:
            self._key_use.at(self.url)
        body = {"model": self.model, "messages": [dict(message) for message in messages], "temperature": temperature}
        client = self._client = self._client or httpx.Client(timeout=TIMEOUT_S)
        response = client.post(self.url, json={**body, **self._bounds}, headers=headers)
        if response.status_code in _UNKNOWN_PARAMETER and self._bounds:
            response = client.post(self.url, json=body, headers=headers)
            if response.is_success:
                self._bounds = {}
        content = response.raise_for_status().json()["choices"][0]["message"]["content"]
        if not isinstance(content, str):
            raise TypeError("no text")
        return content
