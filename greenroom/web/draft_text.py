"""The route where a text field saves while the user types, based on the page's last known text."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from greenroom.errors import GreenroomError
from greenroom.http_security.same_origin import require_same_origin
from greenroom.model.agent import AgentId
from greenroom.services.agents import DraftTexts, draft_texts
from greenroom.web.error_responses import error_body, refused, small_body
from greenroom.web.messages import InvalidMessage, json_object
from greenroom.web.work_at_once import WorkAtOnce

#: The old and the new text, with up to six bytes per character as JSON (\\uXXXX).
BODY_MAX_BYTES = 2 * 6 * draft_texts.TEXT_MAX_CHARS + 4096
#: Of one agent: each field of each tab sends its texts one after another.
AT_ONCE_MAX = 12


def draft_text_routes(texts: DraftTexts) -> list[BaseRoute]:
    """``POST /api/drafts/{agent_id}/text`` answers ``{revision}``, or 409 with the newer text and whether this one was undone."""
    at_once = WorkAtOnce(AT_ONCE_MAX)

    async def save(request: Request) -> Response:
        agent_id = AgentId(request.path_params["agent_id"])
        try:
            require_same_origin(request)
            edit, capability, tab = _parsed(await small_body(request, BODY_MAX_BYTES))
            with at_once.of(agent_id):
                draft = await run_in_threadpool(texts.save, agent_id, edit, capability, tab)
        except draft_texts.TextMoved as moved:
            told = {**error_body(moved), "text": moved.text, "revision": moved.revision}
            return JSONResponse({**told, "taken_back": isinstance(moved, draft_texts.TextTakenBack)}, status_code=409)
        except GreenroomError as error:
            return refused(request, error)
        return JSONResponse({"revision": draft.revision})

    return [Route("/api/drafts/{agent_id}/text", save, methods=["POST"])]


def _parsed(raw: bytes) -> tuple[draft_texts.TextEdit, str, str]:
    body = json_object(raw)
    key, text, was, capability, tab = (_text(body, name) for name in ("key", "text", "was", "capability", "tab"))
    seen = body.get("revision")
    if not isinstance(seen, int):
        raise InvalidMessage("revision must be a whole number.")
    return draft_texts.TextEdit(key, text.replace("\x00", ""), was, seen), capability, tab[:40]


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise InvalidMessage(f"{name} must be text.")
    return value.encode("utf8", "replace").decode()
