"""Our HTTP routes in OpenAPI 3.1, served at ``/api/openapi.json``. Tests compare it with the routes and throw garbage at each."""

from __future__ import annotations

from typing import Any

from greenroom import __version__

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_OBJECT: Json = {"type": "object"}


def _parameter(name: str, where: str, schema: Json, about: str = "") -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "description": about}


def _operation(summary: str, answers: dict[int, str], *parameters: Json, body: str = "", secured: str = "") -> Json:
    operation: Json = {
        "summary": summary,
        "parameters": list(parameters),
        "responses": {str(status): {"description": about} for status, about in answers.items()},
    }
    if body:
        operation["requestBody"] = {"content": {body: {"schema": _OBJECT if body == "application/json" else _TEXT}}}
    if secured:
        operation["security"] = [{secured: []}]
    return operation


_SESSION = _parameter("session_id", "path", _TEXT)
_NOT_ALLOWED = "No right to: foreign origin, missing or wrong key"
_BAD = "What was sent cannot be used; the error says why"
_AWAY = "The database or the twin is away; try again"
_CONTRACT = {
    400: _BAD,
    403: _NOT_ALLOWED,
    404: "Agora knows no such agent",
    502: "Agora did not answer as it should",
    503: _AWAY,
}


_END = _operation(
    "A closing page says how its call ended",
    {200: "Ended", 202: "Will end unless the page comes back", 400: _BAD, 403: _NOT_ALLOWED, 404: "No such session"},
    _SESSION,
    body="application/json",
)
_PIECE = _operation(
    "One piece of a recording",
    {
        200: "Kept",
        400: _BAD,
        403: _NOT_ALLOWED,
        404: "No such session",
        409: "An earlier piece is missing",
        429: "Too large",
        507: "The disk is full",
    },
    _SESSION,
    _parameter("offset_ms", "path", _COUNT, "When this part began on the session's clock"),
    _parameter("number", "path", _COUNT),
    body="application/octet-stream",
    secured="capability",
)
_DONE = _operation(
    "The recording is complete",
    {200: "One file now", 403: _NOT_ALLOWED, 404: "No such session", 507: "The disk is full"},
    _SESSION,
    secured="capability",
)
_PLAY = _operation(
    "The sound of a session, in ranges if asked",
    {200: "All of it", 206: "A range", 403: _NOT_ALLOWED, 404: "Not recorded", 416: "No such range"},
    _SESSION,
    _parameter("until", "query", _TEXT),
    _parameter("key", "query", _TEXT),
)
_NOTICE = _operation(
    "A notification of Agora, signed",
    {200: "Taken", 400: _BAD, 403: "The signature is wrong", 404: "No secret is configured", 503: _AWAY},
    body="application/json",
)
_START = _operation(
    "Tokens and, unless connect=false, an agent",
    {200: "Started", 409: "The name is taken", 429: "A cap is reached", **_CONTRACT},
    _parameter("channel", "query", _TEXT),
    _parameter("profile", "query", _TEXT),
    _parameter("version", "query", _COUNT),
    _parameter("connect", "query", _TEXT),
    _parameter("prompt", "query", _TEXT),
    secured="key",
)
_HANG_UP = _operation("Stop an agent", {200: "Stopped", **_CONTRACT}, _parameter("agent_id", "query", _TEXT), secured="key")
_RENEW = _operation(
    "A fresh token for the caller of a running agent",
    {200: "The token", **_CONTRACT, 409: "The call is over"},
    _parameter("agent_id", "query", _TEXT),
    secured="key",
)
_SPEAK = _operation("Let an agent say a text", {200: "Taken", **_CONTRACT}, body="application/json", secured="key")


def description() -> Json:
    """Secrets never travel in an address: capabilities and keys are bearer tokens or fields of a body."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Greenroom", "version": __version__, "description": "The stage's own routes and the samples' backend."},
        "paths": {
            "/api/calls/{session_id}/end": {"post": _END},
            "/api/calls/{session_id}/recording/done": {"post": _DONE},
            "/api/calls/{session_id}/recording/{offset_ms}/{number}": {"post": _PIECE},
            "/api/sessions/{session_id}/recording": {"get": _PLAY},
            "/api/agora/notifications": {"post": _NOTICE},
            "/api/health": {"get": _operation("How the studio is", {200: "Ready", 503: "The twin is down"})},
            "/api/openapi.json": {"get": _operation("This description", {200: "Here"})},
            "/health": {"get": _operation("That the backend is there", {200: "It is"})},
            "/start-agent": {"get": _START},
            "/hangup-agent": {"get": _HANG_UP},
            "/renew-token": {"get": _RENEW},
            "/speak": {"post": _SPEAK},
        },
        "components": {
            "securitySchemes": {
                "capability": {"type": "http", "scheme": "bearer", "description": "Of one session; from its call ticket"},
                "key": {"type": "http", "scheme": "bearer", "description": "GREENROOM_API_KEY"},
            }
        },
    }
