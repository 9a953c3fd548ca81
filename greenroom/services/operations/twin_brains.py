"""The twin's endpoints for brains, as functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from greenroom.errors import GreenroomError, TwinUnavailable
from greenroom.model.brain_choice import BrainChoice
from greenroom.outside_json import Shape, UnreadableJson, fit

#: A large model takes a while to be read from the disk, and a slow computer to read the question.
TRY_TIMEOUT_S, TIMEOUT_S = 250.0, 10.0


class BrainRefused(GreenroomError):
    """The model can't be opened, or gave no answer."""

    advice = "Choose another model, or check that its server is running."


class OfferedBrain(Shape, frozen=True):
    """What could answer. ``need``: bytes of memory, 0 = not known. ``refused``: why it can't be loaded, "" = it can."""

    choice: dict[str, str]
    label: str
    where: str
    detail: str = ""
    size: int = 0
    need: int = 0
    tokens_per_s: float = 0.0
    refused: str = ""
    loaded: bool = False

    @property
    def brain(self) -> BrainChoice:
        return BrainChoice.of(self.choice)


class BrainListing(Shape, frozen=True):
    """``answering``: the label of the brain for all, as loaded."""

    answering: str
    offers: list[OfferedBrain]


class BrainTrialResult(Shape, frozen=True):
    """``tokens_per_s`` is 0 when the answer came in one piece."""

    answer: str
    first_token_ms: int
    tokens: int
    tokens_per_s: float


class TwinBrains:
    """``url`` gives the twin's address. Methods raise TwinUnavailable, and BrainRefused with the twin's reason."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url

    def listing(self) -> BrainListing:
        """All that could answer on this computer, as found by the twin's last scan."""
        return self._read(self._ask("GET", ""), BrainListing)

    def look(self, choice: BrainChoice) -> OfferedBrain:
        """Whether this choice could be loaded, and what it needs; loads nothing."""
        return self._read(self._ask("POST", "/look", choice), OfferedBrain)

    def try_it(self, choice: BrainChoice, key: str, question: str) -> BrainTrialResult:
        """Load it and ask one question; the brain that answers calls stays. Takes up to ``TRY_TIMEOUT_S`` seconds."""
        answer = self._ask("POST", "/try", choice, timeout_s=TRY_TIMEOUT_S, key=key, question=question)
        return self._read(answer, BrainTrialResult)

    def chat(self, choice: BrainChoice, key: str, messages: Sequence[Mapping[str, str]]) -> str:
        """The answer to a list of chat messages (``role``, ``content``); "" if it gave none."""
        sent = [dict(message) for message in messages]
        answer = self._ask("POST", "/chat", choice, timeout_s=TRY_TIMEOUT_S, key=key, messages=sent)
        return str(answer.get("answer", "")) if isinstance(answer, Mapping) else ""

    def use(self, choice: BrainChoice, key: str) -> None:
        """For every agent that no other is assigned to. Loading begins at once; a refused choice changes nothing."""
        self._ask("POST", "/use", choice, key=key)

    def assign(self, choice: BrainChoice, key: str, name: str, replaces_own: bool) -> None:
        """For the agent that joins next under ``name``; ``replaces_own``: also if it has a model server of its own."""
        self._ask("POST", "/assign", choice, key=key, name=name, replaces_own=replaces_own)

    def _ask(self, method: str, path: str, choice: BrainChoice | None = None, timeout_s: float = TIMEOUT_S, **body: Any) -> Any:
        content = {"choice": choice.as_json(), **body} if choice is not None else None
        try:
            answer = httpx.request(method, f"{self._url()}/twin/brains{path}", json=content, timeout=timeout_s, trust_env=False)
            document = answer.json() if answer.content else None
        except (httpx.HTTPError, ValueError) as error:
            raise TwinUnavailable(f"The offline twin isn't responding ({type(error).__name__}).") from error
        if answer.is_success:
            return document
        detail = str(document.get("detail", "")) if isinstance(document, Mapping) else ""
        why = detail or f"HTTP {answer.status_code}"
        raise BrainRefused(f"{why[:1].upper()}{why[1:].rstrip('.')}.")

    @staticmethod
    def _read(document: Any, shape: type[Any]) -> Any:
        try:
            return fit(document, shape)
        except UnreadableJson as error:
            raise TwinUnavailable(f"The offline twin gave an unexpected answer ({error}).") from None
