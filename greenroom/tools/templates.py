"""Agora's templates in a function's request: ``{{args.x}}``, ``{{template_variables.x}}`` and ``{{tool_call_id}}``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from greenroom.tools.definitions import FunctionEndpoint, Json

LONGEST_URL_BYTES = 8192
_PLACEHOLDER = re.compile(r"\{\{\s*+((?:[^{}\s]++(?:\s++(?!\}\}))?+)*+)\s*+\}\}")
#: A placeholder that has no value is left out where it stands alone.
_ABSENT = object()


class InvalidToolRequest(ValueError):
    """The arguments make no valid request. The message holds no secret."""


@dataclass(frozen=True, slots=True)
class TemplateValues:
    """What placeholders stand for."""

    args: Json
    variables: Json
    call_id: str

    def of(self, inner: str) -> Any:
        """The value of what stands between the braces; ``_ABSENT`` for an argument or a variable that wasn't given."""
        if inner == "tool_call_id":
            return self.call_id
        scope, _, name = inner.partition(".")
        values = {"args": self.args, "template_variables": self.variables}.get(scope, {})
        return values.get(name, _ABSENT)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request ready to send. ``body`` is None for GET."""

    method: str
    url: str
    headers: dict[str, str]
    body: dict[str, Any] | None


def request_for(endpoint: FunctionEndpoint, values: TemplateValues) -> HttpRequest:
    """The request of one call. Raises InvalidToolRequest."""
    url = _PLACEHOLDER.sub(lambda match: _in_url(values.of(match[1])), endpoint.url)
    if len(url.encode()) > LONGEST_URL_BYTES:
        raise InvalidToolRequest(f"The request URL is longer than {LONGEST_URL_BYTES:,} bytes.")
    if any(inner.startswith("args.") for inner in _PLACEHOLDER.findall(_host_part(endpoint.url))):
        raise InvalidToolRequest("Arguments are allowed in the path and query of a URL, not in its host.")
    headers = {name: str(value) for name, text in endpoint.headers.items() if (value := _filled(text, values)) is not _ABSENT}
    if any(set(value) & {"\r", "\n", "\x00"} for value in headers.values()):
        raise InvalidToolRequest("A header would hold a line break.")
    if endpoint.method == "GET":
        return HttpRequest("GET", url, headers, None)
    return HttpRequest("POST", url, headers, _filled(endpoint.body if endpoint.body is not None else {}, values))


def _in_url(value: Any) -> str:
    """Quoted so that a value stays one segment of a path or one value of a query."""
    if value is _ABSENT or value is None:
        return ""
    quoted = quote(_plain(value), safe="")
    return "%2E" * len(quoted) if quoted in (".", "..") else quoted


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _filled(value: Any, values: TemplateValues) -> Any:
    """A value that is one whole placeholder takes its type; a field without a value is left out."""
    if isinstance(value, str):
        whole = _PLACEHOLDER.fullmatch(value.strip())
        return values.of(whole[1]) if whole else value
    if isinstance(value, Mapping):
        filled = {name: _filled(inner, values) for name, inner in value.items()}
        return {name: inner for name, inner in filled.items() if inner is not _ABSENT}
    if isinstance(value, list | tuple):
        return [inner for inner in (_filled(element, values) for element in value) if inner is not _ABSENT]
    return value


def _host_part(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].partition("?")[0]
