"""Any server that speaks OpenAI's chat completions with streaming: the agent's own, or one found on this machine."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx

from greenroom.twin.agent.brain.base import FIRST_TOKEN_TIMEOUT_S, BrainError, Message

_TIMEOUT = httpx.Timeout(FIRST_TOKEN_TIMEOUT_S, connect=3.0)


class OpenAICompatible:
    """One address. The connection is kept between turns; :meth:`close` ends it."""

    def __init__(
        self, url: str, *, api_key: str = "", headers: Mapping[str, str] | None = None, label: str = "your own model"
    ) -> None:
        self.label = label
        self._url = url
        sent = dict(headers or {})
        if api_key:
            sent.setdefault("Authorization", f"Bearer {api_key}")
        self._client = httpx.AsyncClient(timeout=_TIMEOUT, headers=sent)

    async def close(self) -> None:
        await self._client.aclose()

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncIterator[str]:
        body = {**params, "messages": list(messages), "stream": True}
        try:
            async with self._client.stream("POST", self._url, json=body) as answer:
                if answer.status_code >= 400:
                    raise BrainError(f"the model's server answered {answer.status_code}", answer.status_code)
                async for line in answer.aiter_lines():
                    if text := _text_of(line):
                        yield text
        except httpx.HTTPError as error:
            raise BrainError(f"the model's server cannot be reached ({type(error).__name__})") from error
        except (httpx.InvalidURL, UnicodeError) as error:
            raise BrainError("the model's address is not a valid one") from error


def _text_of(line: str) -> str:
    """The text of one server-sent event; "" for anything else. Raises BrainError for an error inside the stream."""
    if not line.startswith("data:"):
        return ""
    data = line[5:].strip()
    if not data or data == "[DONE]":
        return ""
    try:
        event = json.loads(data)
        if isinstance(event, dict) and event.get("error"):
            raise BrainError("the model's server reported an error in the stream")
        text = event["choices"][0]["delta"].get("content")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return ""
    return text if isinstance(text, str) else ""
