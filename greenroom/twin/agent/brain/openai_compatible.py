"""A server with OpenAI's streaming chat completions API: the agent's own, or one found on this computer."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from greenroom.http_security.address_guard import AddressRefused, GuardedTransport, ProxiedTransport
from greenroom.http_security.addresses import looks_private, place_of
from greenroom.loopback import leads_here
from greenroom.tools.calls import CallDeltas
from greenroom.twin.agent.brain.base import TOKEN_TIMEOUT_S, BrainError, Message, Token
from greenroom.twin.agent.brain.reasoning import ReasoningFilter

_CONNECT_TIMEOUT_S = 3.0
_LONGEST_LINE, _LONGEST_ANSWER = 1 << 20, 1 << 26


class OpenAICompatible:
    """One address. A connection to another computer is kept between turns; :meth:`close` ends it.

    ``model`` overrides the one in the parameters: a local server does not have the cloud's models.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str = "",
        headers: Mapping[str, str] | None = None,
        model: str = "",
        label: str = "your own model",
        timeout_s: float = TOKEN_TIMEOUT_S,
        private: Collection[str] | None = None,
    ) -> None:
        """``private``: places (``host:port``) inside this computer's network that the address may lead to; None = any, for an
        address that a person chose for this computer."""
        self.label = label
        self._url = url
        self._model = {"model": model} if model else {}
        self._headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        self._headers |= {name.lower(): value for name, value in (headers or {}).items()}
        timeout, here = httpx.Timeout(timeout_s, connect=_CONNECT_TIMEOUT_S), leads_here(url)
        # On this computer: no proxy, and a connection for each answer, as some servers there close theirs without a word.
        limits = httpx.Limits(max_keepalive_connections=0 if here else None)
        if private is None:
            self._client = httpx.AsyncClient(timeout=timeout, limits=limits, trust_env=not here, verify=_trusted())
        else:
            self._client = httpx.AsyncClient(timeout=timeout, transport=_guarded(url, private), trust_env=False)

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()

    async def stream(self, messages: Sequence[Message], params: Mapping[str, Any]) -> AsyncGenerator[Token, None]:
        """See :meth:`greenroom.twin.agent.brain.base.Brain.stream`. ``params`` go into the body unchanged; thoughts are left out.

        Tool calls come last, once they are complete. A BrainError has the HTTP status where the server gave one.
        """
        body = {**params, **self._model, "messages": list(messages), "stream": True}
        thoughts, calls = ReasoningFilter(), CallDeltas()
        try:
            async with self._client.stream("POST", self._url, json=body, headers=self._headers) as answer:
                if answer.status_code != 200:
                    raise BrainError(f"the model's server answered {answer.status_code}", answer.status_code)
                async for line in _lines(answer.aiter_bytes()):
                    text, deltas = _read(line)
                    calls.feed(deltas)
                    if text or deltas:  # a call that is being written is a sign of life
                        yield thoughts.without(text)
                yield thoughts.rest()
                for request in calls.requests():
                    yield request
        except httpx.TimeoutException as error:
            raise BrainError("the model's server didn't respond in time") from error
        except AddressRefused as error:
            raise BrainError("the model's server is inside this computer's own network and isn't allowed") from error
        except httpx.HTTPError as error:
            raise BrainError(f"the model's server can't be reached ({type(error).__name__})") from error
        except BrainError:
            raise
        except Exception as error:  # a bad URL, header or parameter: each layer raises errors of its own
            raise BrainError(f"the model's server can't be used ({type(error).__name__})") from error


@cache
def _trusted() -> ssl.SSLContext:
    """The trusted certificates, read once: reading them for each client would delay every call by a frame."""
    return httpx.create_ssl_context()


def _guarded(url: str, private: Collection[str]) -> httpx.AsyncBaseTransport:
    """Through the proxy of the environment where there is one; else to a checked address."""
    proxy = None if leads_here(url) else _proxy_for(url)
    if proxy is None:
        return GuardedTransport(private, _LONGEST_ANSWER, _trusted(), one_host=not leads_here(url))
    if looks_private(url) and place_of(url) not in private:
        return GuardedTransport(private, _LONGEST_ANSWER, _trusted())
    return ProxiedTransport(proxy, private, _trusted())


def _proxy_for(url: str) -> str | None:
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname or ""
    except ValueError:
        return None
    proxies = getproxies()
    return None if proxy_bypass(host) else proxies.get(scheme) or proxies.get("all")


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Lines of server-sent events. httpx's own also break at U+2028, which JSON may contain."""
    rest = b""
    async for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line.decode(errors="replace").rstrip("\r")
        if len(rest) > _LONGEST_LINE:
            raise BrainError("the model's server doesn't send server-sent events")
    if rest:
        yield rest.decode(errors="replace")


def _read(line: str) -> tuple[str, Any]:
    """The text and the calls' deltas of one server-sent event. Raises BrainError for an error inside the stream."""
    # A server that cannot stream answers with the whole as one JSON object.
    data = line[5:].strip() if line.startswith("data:") else line if line.startswith("{") else ""
    if not data or data == "[DONE]":
        return "", None
    try:
        event = json.loads(data)
        if isinstance(event, dict) and event.get("error"):
            raise BrainError("the model's server reported an error in the stream")
        choice = event["choices"][0]
        written = choice.get("delta") or choice.get("message") or {}
        text, deltas = written.get("content"), written.get("tool_calls")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return "", None
    return text if isinstance(text, str) else "", deltas
