"""Reading a request: a bounded JSON object from the body, whole numbers from the query."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request

from greenroom.outside_json import NotJson, parse
from greenroom.twin.rest.reasons import InvalidFieldValue, InvalidRequestBody, RequestBodyTooLarge

LARGEST_BODY = 1 << 20

_MOMENT = re.compile(r"[0-9]{1,12}(\.[0-9]{0,9})?")


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty body is ``{}``. Raises InvalidRequestBody or RequestBodyTooLarge."""
    raw = bytearray()
    try:
        async for piece in request.stream():
            raw += piece
            if len(raw) > LARGEST_BODY:
                raise RequestBodyTooLarge(f"The request body is larger than {LARGEST_BODY} bytes.")
    except ClientDisconnect:
        raise InvalidRequestBody("The request body is not complete.") from None
    if not raw.strip():
        return {}
    try:
        body = parse(bytes(raw))
    except NotJson as error:
        raise InvalidRequestBody(f"The request body is not valid JSON: {error}.") from None
    if not isinstance(body, dict):
        raise InvalidRequestBody("The request body must be a JSON object.")
    return body


def whole(query: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number of the query string, or ``default`` when it is not there. Raises InvalidFieldValue."""
    text = query.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 16):
        raise InvalidFieldValue(name, "must be a whole number")
    if not low <= int(text) <= high:
        raise InvalidFieldValue(name, f"must be between {low} and {high}")
    return int(text)


def second(query: Mapping[str, str], name: str, default: int) -> int:
    """A moment of the query string in Unix seconds, whole or with a fraction. Raises InvalidFieldValue."""
    text = query.get(name, "").strip()
    if not text:
        return default
    if not _MOMENT.fullmatch(text):
        raise InvalidFieldValue(name, "must be a Unix time in seconds")
    return int(float(text))
