"""What a brain needs to be, and how it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Protocol

Message = Mapping[str, Any]

#: From the question to the first token; then the agent says its failure message.
FIRST_TOKEN_TIMEOUT_S = 15.0


class BrainError(Exception):
    """No answer. ``code`` is an HTTP status or 0; the text holds neither the prompt nor a key."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Brain(Protocol):
    """A language model. ``label`` is shown to people."""

    label: str

    def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncIterator[str]:
        """Text as it is written. ``messages`` and ``params`` are in OpenAI's shape. Raises BrainError.

        Closing the iterator (``aclose``) stops the work.
        """
        ...
