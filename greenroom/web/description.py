"""The OpenAPI 3.1 description of the HTTP routes, served at ``/api/openapi.json``. Tests compare it with the routes."""

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
_NOT_ALLOWED = "Forbidden: cross-origin request, or a key or capability without permission"
_NO_KEY = "The key is missing, wrong, expired or revoked"
_BAD = "Invalid request; see the error"
_AWAY = "The database or the twin is unavailable; try again"
_CONTRACT = {
    400: _BAD,
    401: _NO_KEY,
    403: _NOT_ALLOWED,
    404: "Agent not found at Agora",
    429: "A limit is reached, or too many wrong keys",
    502: "Invalid response from Agora",
    503: _AWAY,
}


_END = _operation(
    "Report the end of a call from a closing page",
    {200: "Ended", 202: "Ends unless the page returns", 400: _BAD, 403: _NOT_ALLOWED, 404: "Session not found"},
    _SESSION,
    body="application/json",
)
_PIECE = _operation(
    "Upload a piece of a recording",
    {
        200: "Stored",
        400: _BAD,
        403: _NOT_ALLOWED,
        404: "Session not found",
        409: "An earlier piece is missing",
        429: "Too large",
        507: "Disk full",
    },
    _SESSION,
    _parameter("offset_ms", "path", _COUNT, "Start of this part, in ms from the start of the session"),
    _parameter("number", "path", _COUNT),
    body="application/octet-stream",
    secured="capability",
)
_DONE = _operation(
    "Finish a recording",
    {200: "Finished", 403: _NOT_ALLOWED, 404: "Session not found", 507: "Disk full"},
    _SESSION,
    secured="capability",
)
_PLAY = _operation(
    "Download a session's recording; supports ranges",
    {200: "Complete file", 206: "Partial content", 403: _NOT_ALLOWED, 404: "Not recorded", 416: "Invalid range"},
    _SESSION,
    _parameter("until", "query", _TEXT),
    _parameter("key", "query", _TEXT),
)
_TYPED = _operation(
    "Save a draft's text while it is typed",
    {
        200: "Saved",
        400: _BAD,
        403: _NOT_ALLOWED,
        404: "Agent not found",
        409: "Changed in another tab; the newer text follows",
        429: "Too many saves at once",
    },
    _parameter("agent_id", "path", _TEXT),
    body="application/json",
)
_NOTICE = _operation(
    "Receive a signed notification from Agora",
    {200: "Accepted", 400: _BAD, 403: "The signature is wrong", 404: "No secret is configured", 503: _AWAY},
    body="application/json",
)
_START = _operation(
    "Get tokens and, unless connect=false, start an agent",
    {200: "Started", 409: "The name is already in use", **_CONTRACT},
    _parameter("channel", "query", _TEXT),
    _parameter("profile", "query", _TEXT),
    _parameter("version", "query", _COUNT),
    _parameter("connect", "query", _TEXT),
    _parameter("prompt", "query", _TEXT),
    secured="key",
)
_HANG_UP = _operation("Stop an agent", {200: "Stopped", **_CONTRACT}, _parameter("agent_id", "query", _TEXT), secured="key")
_RENEW = _operation(
    "Get a new token for the caller of a running agent",
    {200: "The token", **_CONTRACT, 409: "The call is over"},
    _parameter("agent_id", "query", _TEXT),
    secured="key",
)
_CLIENT_KEY = _operation(
    "Create a short-lived key for one visitor of a browser client",
    {200: "The key", 400: _BAD, 401: _NO_KEY, 403: _NOT_ALLOWED, 429: "Too many wrong keys"},
    body="application/json",
    secured="key",
)
_SPEAK = _operation("Make an agent say a text", {200: "Accepted", **_CONTRACT}, body="application/json", secured="key")

_LINK = _parameter("link_id", "path", _TEXT)
_GUEST = {
    400: _BAD,
    403: "Wrong key or password, or the link has ended",
    429: "A cap or a rate limit is reached",
    503: _AWAY,
}


def _guest(summary: str) -> Json:
    return _operation(summary, {200: "Done", **_GUEST, 404: "Not found", 409: "The call is over"}, _LINK, body="application/json")


_LINKS: Json = {
    "/g/{link_id}": {"get": _operation("The page of a guest link", {200: "The page", 404: "Not built"}, _LINK)},
    "/api/guest/{link_id}/welcome": {"post": _guest("What a guest sees before the call")},
    "/api/guest/{link_id}/words": {"post": _guest("The page's words in the link's language")},
    "/api/guest/{link_id}/launch": {"post": _guest("Launch a call for a guest")},
    "/api/guest/{link_id}/resume": {"post": _guest("Get a new ticket after a reload")},
    "/w/{link_id}": {"get": _operation("The page of a link to watch", {200: "The page", 404: "Not built"}, _LINK)},
    "/api/watch/{link_id}/enter": {"post": _guest("Join a running call without being heard")},
    "/api/watch/{link_id}/look": {"post": _guest("The state of a watched call")},
    "/api/watch/{link_id}/note": {"post": _guest("Add a watcher's note at the current moment")},
    "/api/guest/{link_id}/ballot": {"post": _guest("Get a guest's ballot in a blind comparison")},
    "/api/guest/{link_id}/sample": {"post": _guest("The voice of one side of a blind comparison, as WAV")},
    "/api/guest/{link_id}/vote": {"post": _guest("Save a guest's vote in a blind comparison")},
    "/api/guest/{link_id}/feedback": {"post": _guest("Save a guest's rating and comment")},
}


def description() -> Json:
    """Capabilities and keys are sent as bearer tokens or body fields, not in URLs."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Greenroom", "version": __version__, "description": "The stage's own routes and the samples' backend."},
        "paths": {
            "/api/calls/{session_id}/end": {"post": _END},
            "/api/calls/{session_id}/recording/done": {"post": _DONE},
            "/api/calls/{session_id}/recording/{offset_ms}/{number}": {"post": _PIECE},
            "/api/sessions/{session_id}/recording": {"get": _PLAY},
            "/api/drafts/{agent_id}/text": {"post": _TYPED},
            **_LINKS,
            "/api/agora/notifications": {"post": _NOTICE},
            "/api/health": {
                "get": _operation(
                    "Health of the studio", {200: "Ready, or degraded, with the reason", 503: "The twin isn't running"}
                )
            },
            "/api/openapi.json": {"get": _operation("This description", {200: "The description"})},
            "/health": {"get": _operation("Health of the backend", {200: "Healthy"})},
            "/auth-check": {"get": _operation("Whether a key is needed, and the one sent is valid", {200: "Both answers"})},
            "/client-keys": {"post": _CLIENT_KEY},
            "/start-agent": {"get": _START},
            "/hangup-agent": {"get": _HANG_UP},
            "/renew-token": {"get": _RENEW},
            "/speak": {"post": _SPEAK},
        },
        "components": {
            "securitySchemes": {
                "capability": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": ("The session's capability from its call ticket"),
                },
                "key": {"type": "http", "scheme": "bearer", "description": "GREENROOM_API_KEY, an API key or a client key"},
            }
        },
    }
