"""Voice samples from vendors, using the user's key: build the request, send it and decode the audio."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import httpx

from greenroom.catalog.samples import Recipe
from greenroom.errors import GreenroomError
from greenroom.paths import at

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0
#: In bytes. A sentence is a few hundred kilobytes.
LARGEST_ANSWER = 12_000_000
_NAME = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True, slots=True)
class VoiceSample:
    """Audio that browsers can play, with its MIME type."""

    audio: bytes
    mime: str


def spoken(
    label: str,
    recipe: Recipe,
    key: str,
    params: Mapping[str, Any],
    text: str,
    *,
    address: Callable[[str], str] = str,
    timeout_s: float = TIMEOUT_S,
) -> VoiceSample:
    """Request a sample from the vendor named ``label``. Raises GreenroomError with advice."""
    values = {**_template_values(recipe, params), "text": text}
    request = _request(label, recipe, key, values)
    try:
        with (
            httpx.Client(timeout=timeout_s, follow_redirects=False) as client,
            client.stream("POST", address(_in_address(recipe.url, values)), **request) as answer,
        ):
            body = _read_body(label, answer)
    except httpx.TimeoutException as error:
        raise GreenroomError(f"{label} didn't respond in time.", advice="Check the network, then click Play again.") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:  # not its text: it may hold a header
        raise GreenroomError(
            f"Couldn't reach {label} ({type(error).__name__}).", advice="Check the network and the key, then click Play again."
        ) from None
    _require_success(label, recipe, answer.status_code)
    return VoiceSample(_audio(label, recipe, body, answer.headers.get("content-type", "")), _mime(recipe, answer))


def sample_url(recipe: Recipe, params: Mapping[str, Any]) -> str:
    """Where the request for a sample goes, and with it the key."""
    return _in_address(recipe.url, _template_values(recipe, params))


def _template_values(recipe: Recipe, params: Mapping[str, Any]) -> dict[str, Any]:
    return {**recipe.defaults, **_flat(params)}


def _request(label: str, recipe: Recipe, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    headers = {name: _rendered(value, {**values, "key": key}) for name, value in recipe.headers}
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise GreenroomError(
            f"The key for {label} contains invalid characters.", advice=f"Replace {recipe.credential} in Settings."
        )
    if isinstance(recipe.body, str):
        return {
            "headers": headers,
            "content": _rendered(recipe.body, values, lambda value: escape(value, {'"': "&quot;"})).encode(),
        }
    return {"headers": headers, "json": _filled(recipe.body, values)}


def _in_address(url: str, values: Mapping[str, Any]) -> str:
    return _rendered(url, values, lambda value: quote(value, safe=""))


def _rendered(template: str, values: Mapping[str, Any], write: Callable[[str], str] = str) -> str:
    return _NAME.sub(lambda name: write(str(values.get(name.group(1), ""))), template)


def _filled(template: Any, values: Mapping[str, Any]) -> Any:
    """The body with names replaced by values; parts with unknown values are removed."""
    if isinstance(template, Mapping):
        parts = {name: _filled(part, values) for name, part in template.items()}
        return {name: part for name, part in parts.items() if part is not None and part != {}}
    if isinstance(template, list):
        return [_filled(part, values) for part in template]
    name = _NAME.fullmatch(template) if isinstance(template, str) else None
    return values.get(name.group(1)) if name else template


def _flat(params: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in params.items():
        flat |= _flat(value, f"{before}{name}.") if isinstance(value, Mapping) else {f"{before}{name}": value}
    return flat


def _read_body(label: str, answer: httpx.Response) -> bytes:
    """The response body. Raises GreenroomError for one larger than a sentence can be."""
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > LARGEST_ANSWER:
            raise GreenroomError(f"{label} returned more audio than expected.", advice="Try another voice.")
    return body


def _require_success(label: str, recipe: Recipe, status: int) -> None:
    if status in (401, 403):
        raise GreenroomError(
            f"{label} rejected the key (HTTP {status}).", advice=f"Test or replace {recipe.credential} in Settings."
        )
    if status == 402:
        raise GreenroomError(f"Your {label} account has no credit left (HTTP 402).", advice="Add credit at the vendor.")
    if status == 429:
        raise GreenroomError(f"{label} is rate limiting requests (HTTP 429).", advice="Wait a minute, then click Play again.")
    if 400 <= status < 500:
        raise GreenroomError(
            f"{label} rejected this voice or its settings (HTTP {status}).", advice="Choose another voice or model."
        )
    if not 200 <= status < 300:
        raise GreenroomError(f"{label} had an internal error (HTTP {status}).", advice="Try again later.")


def _audio(label: str, recipe: Recipe, body: bytes, kind: str) -> bytes:
    if not recipe.audio:
        if body and not kind.startswith(("text/", "application/json")):
            return body
    else:
        try:
            coded = at(json.loads(body), recipe.audio)
            audio = base64.b64decode(coded, validate=True) if recipe.coding == "base64" else bytes.fromhex(coded)
            if audio:
                return audio
        except (ValueError, LookupError, TypeError, binascii.Error, RecursionError) as error:
            log.info("no audio in the answer of %s: %s", label, type(error).__name__)
    raise GreenroomError(f"{label} returned no audio.", advice="Choose another voice or model, or test the key.")


def _mime(recipe: Recipe, answer: httpx.Response) -> str:
    """The response's MIME type, if it is audio."""
    value = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    return value if not recipe.audio and value.startswith("audio/") else recipe.mime
