"""Sends an alert to a webhook: signed as Stripe signs, without redirects, and to public addresses unless one was allowed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from greenroom.errors import GreenroomError, InvalidInput
from greenroom.http_security.address_guard import AddressRefused, GuardedTransport
from greenroom.http_security.addresses import place_of
from greenroom.loopback import is_loopback

SIGNATURE_HEADER = "Greenroom-Signature"
#: For all of one delivery, from the look-up of the name to the last header of the answer.
TIMEOUT_S = 10.0
#: Seconds until the next try, after each failed one: about three days in all, as Stripe does.
RETRY_AFTER_S = (10, 60, 300, 1800, 7200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200)


class BadAlertTarget(InvalidInput):
    """A webhook that can't be added or used; the message names its fault."""

    advice = "Enter an https address, such as https://hooks.example.com/greenroom."


class AlertNotDelivered(GreenroomError):
    """One failed attempt: no connection, or a status outside of 200..299. The message holds the host, not the whole address."""

    advice = "Check the address and that the server answers with a status from 200 to 299."


def private_address(place: str) -> AlertNotDelivered:
    """The error of an alert to an address (``host:port``) inside this computer's network that isn't allowed."""
    advice = f"Allow {place} in Settings → Alerts."
    return AlertNotDelivered(f"{place} is inside this computer's own network.", advice=advice)


def require_address(address: str) -> None:
    """Raise BadAlertTarget for anything but https, or http on this computer."""
    parts = urlsplit(address)
    local = is_loopback(parts.hostname or "")
    if not parts.hostname or parts.username or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise BadAlertTarget("This isn't an https address.", field="url")


def signature(secret: str, body: bytes, at_s: int) -> str:
    """``t=…,v1=…``: HMAC-SHA256 of time, a dot and the body. Receivers should refuse old times."""
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def deliver(
    address: str,
    secret: str,
    payload: Mapping[str, Any],
    at_s: int,
    allowed: str = "",
    transport: httpx.AsyncBaseTransport | None = None,
) -> None:
    """Raises AlertNotDelivered; the message holds no address, whose path may be a secret. ``allowed``: the place inside this
    computer's own network that it may reach. Runs an event loop of its own, so that the time-out is one for all of it."""
    body = json.dumps(payload, ensure_ascii=False, default=str).encode()
    headers = {"content-type": "application/json", SIGNATURE_HEADER: signature(secret, body, at_s), "user-agent": "Greenroom"}
    host = urlsplit(address).hostname or ""
    try:
        status = asyncio.run(_post(address, body, headers, transport or GuardedTransport({allowed}, most_bytes=0)))
    except AddressRefused:
        raise private_address(place_of(address)) from None
    except TimeoutError:
        raise AlertNotDelivered(f"{host} didn't answer within {TIMEOUT_S:.0f} s.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AlertNotDelivered(f"Couldn't reach {host} ({type(error).__name__}).") from None
    if not 200 <= status < 300:
        raise AlertNotDelivered(f"{host} answered with HTTP {status}.")


async def _post(address: str, body: bytes, headers: Mapping[str, str], transport: httpx.AsyncBaseTransport) -> int:
    """The status. The answer's body isn't read, however long it is."""
    async with (
        asyncio.timeout(TIMEOUT_S),
        httpx.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, transport=transport) as client,
        client.stream("POST", address, content=body, headers=headers) as answer,
    ):
        return answer.status_code
