"""Runs a function tool: one HTTP request, without redirects and retries, as at Agora."""

from __future__ import annotations

import asyncio
import json

import httpx

from greenroom.http_security.address_guard import AddressRefused, GuardedTransport, ResponseTooLarge
from greenroom.tools.calls import ToolOutcome, ToolRequest, error_content
from greenroom.tools.definitions import MOST_RESPONSE_BYTES, FunctionEndpoint, Json
from greenroom.tools.templates import InvalidToolRequest, TemplateValues, request_for
from greenroom.twin.agent.tools.masking import masked

#: What is told of the body of an error.
_ERROR_CHARS = 2000


class HttpFunctions:
    """Owns the connections of one agent; :meth:`aclose` ends them."""

    def __init__(self, transport: GuardedTransport) -> None:
        # No proxy: it would resolve names by itself, past the guard.
        self._client = httpx.AsyncClient(transport=transport, timeout=None, trust_env=False, follow_redirects=False)

    async def aclose(self) -> None:
        """End the connections."""
        await self._client.aclose()

    async def run(self, endpoint: FunctionEndpoint, request: ToolRequest, variables: Json) -> ToolOutcome:
        """Make the request and return the answer, secrets masked. What goes wrong becomes an outcome for the model."""
        try:
            outcome = await self._run(endpoint, request, variables)
        except InvalidToolRequest as error:
            return ToolOutcome("invalid", error_content(str(error)))
        except TimeoutError:
            return ToolOutcome("timeout", error_content(f"The tool call timed out after {endpoint.timeout_ms} ms."))
        except AddressRefused as error:
            return ToolOutcome("error", error_content(f"The tool wasn't called: {error}. Allow it in the Studio, under Tools."))
        except ResponseTooLarge:
            return ToolOutcome("error", error_content("The tool's response is larger than 1 MiB."))
        except httpx.InvalidURL:
            return ToolOutcome("invalid", error_content("The tool's URL isn't valid."))
        except (httpx.HTTPError, ValueError, OSError) as error:
            return ToolOutcome("error", error_content(f"The tool's server can't be reached ({type(error).__name__})."))
        return ToolOutcome(outcome.status, masked(outcome.content, endpoint.headers, endpoint.url))

    async def _run(self, endpoint: FunctionEndpoint, request: ToolRequest, variables: Json) -> ToolOutcome:
        sent = request_for(endpoint, TemplateValues(request.arguments or {}, variables, request.id))
        async with asyncio.timeout(endpoint.timeout_ms / 1000):
            async with self._client.stream(sent.method, sent.url, headers=sent.headers, json=sent.body) as response:
                if response.is_redirect:
                    return ToolOutcome("error", error_content(f"The tool returned HTTP {response.status_code}, a redirect."))
                raw = await response.aread()
        if len(raw) > MOST_RESPONSE_BYTES:  # after decompression
            raise ResponseTooLarge("decompressed")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return ToolOutcome("error", error_content("The tool's response isn't UTF-8."))
        if not response.is_success:
            said = {"error": f"The tool answered HTTP {response.status_code}.", "response": text[:_ERROR_CHARS]}
            return ToolOutcome("error", json.dumps(said, ensure_ascii=False))
        return ToolOutcome("ok", text if text.strip() else "[]")
