"""A request to Agora: authentication, bounded retries, and translation of httpx's errors."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import httpx

from greenroom import outside_json
from greenroom.agora.auth import Auth
from greenroom.agora.error_messages import foreign, refused
from greenroom.agora.hosts import api_root
from greenroom.agora.masking import masked
from greenroom.errors import AgoraError, AgoraUnreachable
from greenroom.loopback import leads_here
from greenroom.outside_json import NotJson

CONNECT_TIMEOUT_S = 5.0
#: A user is waiting: instead of a longer pause, the error is reported.
LONGEST_PAUSE_S = 5.0
#: Retries of a repeatable request, and the pause before the first one (doubled each time).
REPEATS, FIRST_PAUSE_S = 2, 0.3

_REQUEST_ID = ("agora-request-id", "x-request-id")
#: Statuses that mean that nothing was done.
_SURELY_REFUSED = (429, 503)
#: Statuses of a start after which the agent may be running nevertheless.
_UNCLEAR = (408, 500, 502, 504)

_ADVICE_ADDRESS = "Check AGORA_REST_BASE_URL and the network connection, then try again."
_ADVICE_WAIT = "Check the network connection, then try again in a few seconds."

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A request. ``path`` follows ``/v2/projects/{app id}/``; ``channel`` and ``agent_uid`` say which agent it is about."""

    method: Literal["GET", "POST"]
    path: tuple[str, ...]
    channel: str = ""
    agent_uid: int | str = 0
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    #: Safe to send twice.
    repeatable: bool = False
    #: If the response is lost, an agent may be running.
    starts: bool = False


class RestTransport:
    """Sends a :class:`RestRequest` and parses its JSON response with ``read``; every failure is an ``AgoraError``."""

    def __init__(
        self,
        base_url: str,
        app_id: str,
        auth: Auth,
        *,
        timeout: float,
        transport: httpx.BaseTransport | None,
        pause: Callable[[float], None] = time.sleep,
        others: Sequence[str] = (),
    ) -> None:
        """``others``: addresses of the same API to try, in this order, when ``base_url`` cannot be reached."""
        self._roots = [f"{api_root(url)}/v2/projects/{quote(app_id, safe='')}/" for url in (base_url, *others)]
        self._auth = auth
        self._pause = pause
        self._http = httpx.Client(
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT_TIMEOUT_S)),
            transport=transport,
            trust_env=not leads_here(self._roots[0]),  # a corporate proxy can't reach this machine
        )

    def close(self) -> None:
        """Close the connection pool; a later request raises."""
        self._http.close()

    def send(self, request: RestRequest, read: Callable[[Mapping[str, Any]], Answer]) -> Answer:
        """Send the request, retrying where that is safe. Raises AgoraRefused, AgoraBusy or AgoraUnreachable."""
        repeats = 0
        while True:
            try:
                return self._once(request, read)
            except AgoraError as error:
                pause_s = _pause_before_repeat(request, error, repeats)
                if pause_s is None:
                    raise
                if not error.status or error.status >= 500:
                    self._next_address()
            repeats += 1
            self._pause(pause_s)

    def _once(self, request: RestRequest, read: Callable[[Mapping[str, Any]], Answer]) -> Answer:
        response = self._exchange(request)
        if response.status_code >= 400:
            raise _refusal(request, response)
        try:
            if not response.is_success:
                raise ValueError("a redirect")
            return read(_json_object(response))
        except ValueError as error:
            raise foreign(response.status_code, _content_in_words(response, error), maybe_started=request.starts) from None

    def _exchange(self, request: RestRequest) -> httpx.Response:
        headers = {"Authorization": self._auth.header(request.channel, request.agent_uid), "Accept": "application/json"}
        content = None
        if request.body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(request.body).encode()
        try:
            return self._reach("/".join(quote(part, safe="") for part in request.path), request, headers, content)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise AgoraUnreachable("The URL of Agora's API is invalid.", advice=_ADVICE_ADDRESS) from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise AgoraUnreachable(_unreachable_because(error), retryable=True, advice=_ADVICE_ADDRESS) from error
        except httpx.TimeoutException as error:
            raise AgoraUnreachable(
                "Agora didn't respond in time.", retryable=True, maybe_started=request.starts, advice=_ADVICE_WAIT
            ) from error
        except httpx.HTTPError as error:
            raise AgoraUnreachable(
                "The connection to Agora was lost.", retryable=True, maybe_started=request.starts, advice=_ADVICE_WAIT
            ) from error

    def _reach(self, path: str, request: RestRequest, headers: dict[str, str], content: bytes | None) -> httpx.Response:
        """Send to the current address, or to the next ones if no connection was made, which is safe even for a start."""
        for tries_left in reversed(range(len(self._roots))):
            try:
                url = self._roots[0] + path
                return self._http.request(request.method, url, params=request.query or None, headers=headers, content=content)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                self._next_address()
                if not tries_left:
                    raise
        raise AssertionError("there is at least one address")

    def _next_address(self) -> None:
        """Switch to the next address, for later requests too."""
        self._roots = [*self._roots[1:], self._roots[0]]


def _pause_before_repeat(request: RestRequest, error: AgoraError, repeats: int) -> float | None:
    """Seconds to wait before a retry; None = no retry.

    A start is retried if Agora rejected it and named a wait; otherwise two agents might start.
    """
    asked_to_wait = error.retry_after_s
    if request.repeatable:
        again = error.retryable and repeats < REPEATS
        pause_s = FIRST_PAUSE_S * 2**repeats if asked_to_wait is None else asked_to_wait
    else:
        again = error.status in _SURELY_REFUSED and asked_to_wait is not None and repeats == 0
        pause_s = asked_to_wait or 0.0
    return pause_s if again and pause_s <= LONGEST_PAUSE_S else None


def _refusal(request: RestRequest, response: httpx.Response) -> AgoraError:
    status = response.status_code
    unclear = request.starts and status in _UNCLEAR
    try:
        body = _json_object(response)
    except ValueError as error:
        if status < 500 and status != 429:
            return foreign(status, _content_in_words(response, error))
        body = {}  # gateways in front of Agora return web pages
    detail = next((body[k] for k in ("detail", "message", "description") if isinstance(body.get(k), str)), "")
    reason = body.get("reason")
    return refused(
        status,
        reason if isinstance(reason, str) else "",
        masked(detail, request.body),
        request_id=next((response.headers[h] for h in _REQUEST_ID if h in response.headers), ""),
        retry_after_s=_retry_after(response),
        maybe_started=unclear,
    )


def _json_object(response: httpx.Response) -> dict[str, Any]:
    """The body as an object; an empty body is an empty object (``leave`` answers with nothing)."""
    if not response.content:
        return {}
    return outside_json.read(response.content, dict[str, Any])


def _content_in_words(response: httpx.Response, error: Exception) -> str:
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    if response.is_redirect:
        return "a redirect"
    if kind == "text/html" or response.content.lstrip()[:1] == b"<":
        return "a web page"
    if isinstance(error, NotJson):
        return "a response that isn't JSON"
    return f"an unexpected response: {error}"


def _retry_after(response: httpx.Response) -> float | None:
    """The Retry-After header in seconds; its date form is not used by Agora and counts as absent."""
    text = response.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def _unreachable_because(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "Agora's API didn't respond in time."
    if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper():
        return "Couldn't connect securely to Agora's API: its certificate was rejected."
    return "Couldn't reach Agora's API: the connection was refused or the host name wasn't found."
