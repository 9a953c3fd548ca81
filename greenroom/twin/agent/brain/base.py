"""The interface of a language model, and how it fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol

from greenroom.tools.calls import ToolRequest

Message = Mapping[str, Any]
#: What a model streams: text, and the calls of tools that it wants.
Token = str | ToolRequest

#: The longest wait for the first token and between two tokens. Then the agent says its failure message.
TOKEN_TIMEOUT_S = 15.0


class BrainError(Exception):
    """No answer. ``code`` is an HTTP status or 0; the text holds neither the prompt nor a key."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Brain(Protocol):
    """A language model. ``label`` is shown in the Studio."""

    label: str

    def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[Token, None]:
        """Stream the text while it is generated; "" means still working. Raises BrainError.

        ``messages`` and ``params`` are in OpenAI's shape, with the offered tools as ``params["tools"]``.

        Closing the generator (``aclose``) stops the work at once.
        """
        ...

    async def close(self) -> None:
        """Release connections, threads and processes."""
        ...


class UnavailableBrain:
    """Replaces a brain that can't be opened: every answer fails with the reason, and the call continues."""

    def __init__(self, reason: str, label: str) -> None:
        self.label = label
        self._reason = reason

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[Token, None]:
        """Raises BrainError at the first token."""
        raise BrainError(self._reason)
        yield ""  # makes it a generator

    async def close(self) -> None:
        """Holds nothing."""


async def in_time(tokens: AsyncGenerator[Token, None], timeout_s: float = TOKEN_TIMEOUT_S) -> AsyncGenerator[Token, None]:
    """The same tokens. Raises BrainError when one takes too long or none has text or a call."""
    empty = True
    async with aclosing(tokens):
        while True:
            try:
                async with asyncio.timeout(timeout_s):
                    token = await anext(tokens, None)
            except TimeoutError:
                raise BrainError(f"the model gave no answer within {timeout_s:g} s") from None
            if token is None:
                break
            empty = empty and isinstance(token, str) and not token.strip()
            yield token
    if empty:
        raise BrainError("the model's answer was empty")
