"""Requests made with a link: their body, their limits, and how they are refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from greenroom import outside_json
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.http_security.client_network import client_of
from greenroom.http_security.same_origin import require_same_origin
from greenroom.model.guest_link import GuestLinkId
from greenroom.outside_json import NotJson, Shape, UnreadableJson
from greenroom.redaction import SECRETS
from greenroom.security_log import record
from greenroom.services.sharing import PasswordNeeded
from greenroom.web.error_responses import error_body, refusal, small_body
from greenroom.web.guest_throttle import (
    LAUNCHES,
    REQUESTS,
    WRONG_KEYS,
    WRONG_PASSWORDS,
    WRONG_PASSWORDS_OF_ALL,
    GuestThrottle,
)
from greenroom.web.messages import InvalidMessage

BODY_MAX_BYTES = 16 * 1024


class LinkRequest(Shape, frozen=True):
    """A request's body; each route reads what it needs."""

    key: str = ""
    password: str = ""
    consent: bool = False
    session_id: str = ""
    capability: str = ""
    thumb: str | None = None
    stars: int | None = None
    comment: str = ""
    voter: str = ""
    ballot: str = ""
    side: str = ""
    choice: str = ""
    why: str = ""
    text: str = ""
    author: str = ""


#: With the link, what is asked, and the client's network.
LinkAction = Callable[[GuestLinkId, LinkRequest, str], Any]


def link_endpoint(act: LinkAction, throttle: GuestThrottle, launches: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """A POST made with a link: same origin, limited in rate and size, and refused with a reason."""

    async def answer(request: Request) -> Response:
        link_id, client = GuestLinkId(request.path_params["link_id"]), client_of(request)
        try:
            require_same_origin(request)
            await run_in_threadpool(_count, throttle, client, link_id, launches)
            ask = _read(await small_body(request, BODY_MAX_BYTES))
            result = await run_in_threadpool(act, link_id, ask, client)
            return Response(result, media_type="audio/wav") if isinstance(result, bytes) else JSONResponse(SECRETS.json(result))
        except PasswordNeeded as error:
            if ask.password:
                record("guest_password_wrong", link=link_id, client=client)
                await run_in_threadpool(throttle.note, WRONG_PASSWORDS, client, link_id)
                await run_in_threadpool(throttle.note, WRONG_PASSWORDS_OF_ALL, link_id)
            return JSONResponse({**error_body(error), "password": True}, status_code=403)
        except NotAllowed as error:
            record("guest_refused", link=link_id, client=client, why=str(error))
            await run_in_threadpool(throttle.note, WRONG_KEYS, client)
            return refusal(error)
        except GreenroomError as error:
            return refusal(error)

    return answer


def _count(throttle: GuestThrottle, client: str, link_id: GuestLinkId, launches: bool) -> None:
    """Count a request. Raises TooManyRequests."""
    throttle.take(REQUESTS, client)
    throttle.require(WRONG_KEYS, client)
    throttle.require(WRONG_PASSWORDS, client, link_id)
    throttle.require(WRONG_PASSWORDS_OF_ALL, link_id)
    if launches:
        throttle.take(LAUNCHES, client)


def _read(raw: bytes) -> LinkRequest:
    try:
        return outside_json.fit(outside_json.read(raw, dict[str, Any]), LinkRequest)
    except NotJson:
        raise InvalidMessage("The body isn't valid JSON.") from None
    except UnreadableJson as error:
        raise InvalidMessage(f"Invalid request: {error}.") from None
