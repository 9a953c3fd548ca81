"""Endpoints for offline brains: list them, try one, use it for all agents or for one. Local requests only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.clock import Clock
from greenroom.model.brain_choice import BrainChoice
from greenroom.redaction import SECRETS
from greenroom.twin.agent import AssignedBrains, Assignment, Brain, BrainError, BrainOffer, chat, try_brain
from greenroom.twin.loopback import local
from greenroom.twin.rest import BodyField, RequestRefused, check, json_object

R = TypeVar("R")
QUESTION_MAX_BYTES, TRIAL_TIMEOUT_S = 2000, 240.0
MOST_MESSAGES = 500

_CHOICE = (BodyField("choice", "object", True), BodyField("key", "text", high=20_000))
_TRIAL = (*_CHOICE, BodyField("question", "text", True, high=QUESTION_MAX_BYTES))
_CHAT = (*_CHOICE, BodyField("messages", "objects", True, low=1, high=MOST_MESSAGES))
_AGENT = (*_CHOICE, BodyField("name", "text", True, high=200), BodyField("replaces_own", "switch"))


class BrainUnavailable(RequestRefused):
    """The brain can't be opened, or gave no answer."""

    status = 409


class BrainControl:
    """The endpoints as methods. Each raises ``RequestRefused`` for a request it refuses."""

    def __init__(self, brains: AssignedBrains, clock: Clock) -> None:
        self._brains = brains
        self._clock = clock

    async def list_offers(self, request: Request) -> Response:
        """Everything that was found, and the label of the brain that answers now where nothing else is assigned."""
        found = await self._brains.offers()
        return JSONResponse({"answering": self._brains.label, "offers": [_as_json(offer) for offer in found]})

    async def describe(self, request: Request) -> Response:
        """One choice, found or not, with what it needs."""
        body = await json_object(request)
        check(_CHOICE, body)
        return JSONResponse(_as_json(await self._brains.offer(_choice(body))))

    async def try_out(self, request: Request) -> Response:
        """Ask one question and time the answer. 409 when the brain can't be opened, or gives none within 240 s."""
        body = await json_object(request)
        check(_TRIAL, body)
        return JSONResponse(asdict(await self._with_brain(body, lambda brain: try_brain(brain, body["question"], self._clock))))

    async def answer_chat(self, request: Request) -> Response:
        """The answer to a conversation, for a simulated caller that a model plays."""
        body = await json_object(request)
        check(_CHAT, body)
        messages = [{"role": _text(one, "role"), "content": _text(one, "content")} for one in body["messages"]]
        return JSONResponse({"answer": await self._with_brain(body, lambda brain: chat(brain, messages))})

    async def _with_brain(self, body: dict[str, Any], work: Callable[[Brain], Awaitable[R]]) -> R:
        try:
            async with asyncio.timeout(TRIAL_TIMEOUT_S):
                brain = await self._brains.pool.borrow(_choice(body), _key(body))
                try:
                    return await work(brain)
                finally:
                    await self._brains.give_back(brain)
        except BrainError as error:
            raise BrainUnavailable(str(error)) from None
        except TimeoutError:
            raise BrainUnavailable(f"no answer within {TRIAL_TIMEOUT_S:.0f} s") from None

    async def use(self, request: Request) -> Response:
        """Use a brain for every agent that no other is assigned to. Loading begins at once. Raises BrainUnavailable."""
        body = await json_object(request)
        check(_CHOICE, body)
        try:
            brain = await self._brains.use(_choice(body), _key(body))
        except BrainError as error:
            raise BrainUnavailable(str(error)) from None
        return JSONResponse({"answering": brain.label})

    async def assign(self, request: Request) -> Response:
        """Use a brain for the agent that joins under this name; 204. It is opened when the agent joins."""
        body = await json_object(request)
        check(_AGENT, body)
        given = Assignment(_choice(body), _key(body), body.get("replaces_own") is True)
        self._brains.assign(body["name"], given)
        return Response(status_code=204)

    def routes(self) -> list[BaseRoute]:
        """``/twin/brains…``, for programs on this machine."""
        return [
            Route("/twin/brains", local(self.list_offers), methods=["GET"]),
            Route("/twin/brains/look", local(self.describe), methods=["POST"]),
            Route("/twin/brains/try", local(self.try_out), methods=["POST"]),
            Route("/twin/brains/chat", local(self.answer_chat), methods=["POST"]),
            Route("/twin/brains/use", local(self.use), methods=["POST"]),
            Route("/twin/brains/assign", local(self.assign), methods=["POST"]),
        ]


def _key(body: dict[str, Any]) -> str:
    """The key of a model that isn't built in; no log shows it from here on."""
    key = str(body.get("key") or "")
    SECRETS.learn((key,))
    return key


def _text(message: Any, name: str) -> str:
    found = message.get(name) if isinstance(message, dict) else None
    if not isinstance(found, str):
        raise RequestRefused(f"Invalid value at messages: {name} must be a text.")
    return found


def _choice(body: dict[str, Any]) -> BrainChoice:
    try:
        return BrainChoice.of(body["choice"])
    except ValueError as error:
        raise RequestRefused(f"Invalid value at choice: {error}.") from None


def _as_json(offer: BrainOffer) -> dict[str, Any]:
    return {**asdict(offer), "choice": offer.choice.as_json()}
