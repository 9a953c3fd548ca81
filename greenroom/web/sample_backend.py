"""The backend of Agora's sample clients as requests and replies, for our routes and for AWS Lambda.

Unlike the samples' backend, it doesn't return 200 for a rejected start, rejects unknown parameters by name, gives each viewer
its own uid, and creates a session with an owner for every agent.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from greenroom.errors import AgoraError, GreenroomError, InvalidAgent, NotAllowed, NotAuthenticated
from greenroom.model.api_key import API_KEY_PREFIX, ApiKey, ApiScope
from greenroom.model.principal import Principal
from greenroom.model.session import Origin
from greenroom.services.calls import (
    CLIENT_KEY_PREFIX,
    ChannelAccess,
    ClientKey,
    ClientKeys,
    ExternalCall,
    ExternalCalls,
    ExternalRequest,
    SpeakPriority,
)
from greenroom.services.team import ApiKeys
from greenroom.web.error_responses import error_body, status_of

SERVICE = "greenroom"
#: The name of the API key, stored with the sessions it started.
KEY_NAME = "GREENROOM_API_KEY"
SPEAK_PRIORITY: Mapping[Any, SpeakPriority] = {"APPEND": "APPEND", "INTERRUPT": "INTERRUPT", "IGNORE": "IGNORE"}
_AGENT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
_PARTS = frozenset({"channel", "profile", "version", "connect", "debug"})

Json = dict[str, Any]


class InvalidRequest(GreenroomError):
    """A parameter of the backend that is unknown, missing or of the wrong kind. HTTP routes answer 400."""

    advice = "Endpoints and parameters are listed in docs/api.md."


@dataclass(frozen=True, slots=True)
class BackendCaller:
    """The caller: a program with an API key, or a browser with a client key. All but the key of the environment command
    only their own agents. ``key``: the one from Settings, of a browser the one that issued its client key."""

    principal: Principal
    client: ClientKey | None = None
    key: ApiKey | None = None

    @property
    def owner(self) -> str:
        """The principal whose agents it may command; "" = all."""
        return self.principal.id if self.client is not None or self.key is not None else ""

    @property
    def agent(self) -> str:
        """The name of the one agent it may start; "" = any."""
        return self.client.profile if self.client else self.key.agent if self.key else ""

    def require(self, scope: ApiScope) -> None:
        """Raises NotAllowed unless the key has this permission. A client key may start agents, and else what its issuer may."""
        if self.key is not None and scope not in self.key.scopes and not (self.client is not None and scope == "start"):
            advice = "Ask an admin of this studio for a key with it."
            raise NotAllowed(f"This API key lacks the permission {scope}.", advice=advice)


#: The holder of the API key.
PROGRAM = BackendCaller(Principal("api_key", KEY_NAME))


@dataclass(frozen=True, slots=True)
class SampleReply:
    """A response with its HTTP status."""

    status: int
    body: Json


def require_key(
    key: str, authorization: str, client_keys: ClientKeys | None = None, api_keys: ApiKeys | None = None
) -> BackendCaller:
    """Raise NotAuthenticated unless ``Authorization: Bearer`` carries a key; a page of another site cannot send that unasked.

    ``key`` is the one of the environment, ``api_keys`` are those from Settings. Without any, nothing can be
    started: NotAllowed.
    """
    if api_keys is not None and authorization.removeprefix("Bearer ").startswith(API_KEY_PREFIX):
        held = api_keys.read(authorization.removeprefix("Bearer "))
        return BackendCaller(Principal("api_key", f"{held.name}/{held.id}"), None, held)
    if not key and (api_keys is None or not api_keys.any()):
        advice = "Create an API key in Settings, or set GREENROOM_API_KEY."
        raise NotAllowed("The API is turned off.", advice=advice)
    given = authorization.removeprefix("Bearer ")
    if client_keys is not None and given.startswith(CLIENT_KEY_PREFIX):
        client_key = client_keys.read(given)
        issuer = api_keys.issuer(client_key.issuer) if client_key.issuer and api_keys is not None else None
        name = f"{issuer.name}/{issuer.id}" if issuer is not None else KEY_NAME
        return BackendCaller(Principal("api_key", f"{name}/{client_key.id}"), client_key, issuer)
    if not key or not hmac.compare_digest(given.encode("utf8", "surrogateescape"), key.encode()):
        raise NotAuthenticated("The key is missing or wrong.")
    return PROGRAM


class SampleBackend:
    """Methods return a reply for every request, invalid ones too. ``origin``: where its launches come from."""

    def __init__(self, calls: ExternalCalls, origin: Origin) -> None:
        self._calls = calls
        self._origin = origin

    def health(self) -> SampleReply:
        """``GET /health``, as the samples' backend answers; needs no key."""
        return SampleReply(200, {"status": "ok", "service": SERVICE})

    def start(self, query: Mapping[str, str], caller: BackendCaller = PROGRAM) -> SampleReply:
        """``GET /start-agent``: tokens and, unless ``connect=false``, an agent."""
        return _answered(lambda: self._start(query, caller))

    def hang_up(self, query: Mapping[str, str], caller: BackendCaller = PROGRAM) -> SampleReply:
        """``GET /hangup-agent``. No effect if the agent is gone."""
        return _answered(lambda: self._hang_up(query, caller))

    def speak(self, body: Mapping[str, Any], caller: BackendCaller = PROGRAM) -> SampleReply:
        """``POST /speak``: the agent says this text."""
        return _answered(lambda: self._speak(body, caller))

    def renew_token(self, query: Mapping[str, str], caller: BackendCaller = PROGRAM) -> SampleReply:
        """``GET /renew-token``: a fresh token for the caller of a running agent."""
        return _answered(lambda: self._renew(query, caller))

    def lambda_form(
        self, query: Mapping[str, str], body: Mapping[str, Any] | None = None, caller: BackendCaller = PROGRAM
    ) -> SampleReply:
        """One function instead of routes: ``hangup=true`` ends, a body with a text speaks, anything else starts."""
        if body:
            return self.speak(body, caller)
        rest = {name: text for name, text in query.items() if name != "hangup"}
        return self.hang_up(rest, caller) if query.get("hangup") == "true" else self.start(rest, caller)

    # ── inside

    def _start(self, query: Mapping[str, str], caller: BackendCaller) -> SampleReply:
        caller.require("start")
        request = _request(_of_caller(query, caller))
        if query.get("connect", "true") not in ("true", "false"):
            raise InvalidRequest("connect: use true or false.")
        if query.get("connect") == "false":
            access = self._calls.access(request, caller.principal, caller.owner)
            response: Json = {"status_code": 200, "response": {"mode": "token_only"}, "success": True}
        else:
            call = self._calls.start(request, self._origin, caller.principal)
            access, response = call.access, _started(call)
        reply = _access(access) | {"agent_response": response}
        if access.body is not None:
            reply["debug"] = {"agent_payload": access.body, "channel": access.channel, "has_app_certificate": True}
        return SampleReply(200, reply)

    def _hang_up(self, query: Mapping[str, str], caller: BackendCaller) -> SampleReply:
        caller.require("start")
        _only(query, {"agent_id", "channel", "profile"})
        self._calls.hang_up(_agent_id(query.get("agent_id")), query.get("channel", ""), caller.owner)
        return SampleReply(200, {"agent_response": {"status_code": 200, "response": "{}", "success": True}})

    def _speak(self, body: Mapping[str, Any], caller: BackendCaller) -> SampleReply:
        caller.require("speak")
        agent_id = _agent_id(body.get("agent_id"))
        text, priority = body.get("text"), body.get("priority", "INTERRUPT")
        if not isinstance(text, str) or not text.strip():
            raise InvalidRequest("text: enter what the agent says.")
        speak_priority = SPEAK_PRIORITY.get(priority) if isinstance(priority, str) else None
        if speak_priority is None:
            raise InvalidRequest(f"priority: one of {', '.join(SPEAK_PRIORITY)}.")
        self._calls.speak(agent_id, text, speak_priority, caller.owner)
        return SampleReply(200, {"agent_id": agent_id, "success": True})

    def _renew(self, query: Mapping[str, str], caller: BackendCaller) -> SampleReply:
        caller.require("start")
        _only(query, {"agent_id"})
        session, token = self._calls.renewed_token(_agent_id(query.get("agent_id")), caller.owner)
        return SampleReply(200, {"channel": session.channel, "uid": str(session.user_uid), "token": token})


def _answered(work: Callable[[], SampleReply]) -> SampleReply:
    try:
        return work()
    except AgoraError as error:
        body = error_body(error)
        response = {"reason": error.reason, "detail": body["error"], "advice": body["advice"]}
        refused = {"status_code": error.status, "response": json.dumps(response), "success": False}
        return SampleReply(status_of(error), {**body, "agent_response": refused})
    except InvalidAgent as error:
        named = ", ".join(dict.fromkeys(problem.setting for problem in error.problems))
        advice = f"Set it in the Studio, or with a parameter of this call: {named}."
        return SampleReply(status_of(error), {**error_body(error), "advice": advice})
    except GreenroomError as error:
        return SampleReply(status_of(error), error_body(error))


def _request(query: Mapping[str, str]) -> ExternalRequest:
    number = query.get("version", "")
    if number and not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise InvalidRequest("version: use a version number.")
    return ExternalRequest(
        profile=query.get("profile", ""),
        version=int(number) if number else None,
        channel=query.get("channel", ""),
        parameters={name: text for name, text in query.items() if name not in _PARTS},
        debug="debug" in query,
    )


def _of_caller(query: Mapping[str, str], caller: BackendCaller) -> Mapping[str, str]:
    """A key may be for one agent; a client key shows no request body."""
    if caller.client is not None and "debug" in query:
        raise NotAllowed("A client key can't ask for the request body.", advice="Use the API key on your server.")
    mine = caller.agent
    if mine and query.get("profile", mine).casefold() != mine.casefold():
        raise NotAllowed("This key is for another agent.", advice=f"Start the profile {mine!r}.")
    return {**query, **({"profile": mine} if mine else {})}


def _started(call: ExternalCall) -> Json:
    agent = call.agent
    response = {"agent_id": agent.agent_id, "status": agent.status, "create_ts": agent.created_at, "session_id": call.session.id}
    return {"status_code": 200, "response": json.dumps(response), "success": True}


def _access(access: ChannelAccess) -> Json:
    """The access in the format of the samples' clients."""
    return {
        "audio_scenario": "10",
        "appid": access.app_id,
        "channel": access.channel,
        "token": access.user_token,
        "uid": str(access.user_uid),
        "user_token": {"token": access.user_token, "uid": str(access.user_uid)},
        "agent_video_token": {"token": access.avatar_token, "uid": str(access.avatar_uid)},
        "agent": {"uid": str(access.agent_uid)},
        "agent_rtm_uid": f"{access.agent_uid}-{access.channel}",
        "user_rtm_uid": f"{access.user_uid}-{access.channel}",
        "enable_string_uid": False,
    }


def _only(query: Mapping[str, str], allowed: set[str]) -> None:
    for name in query:
        if name not in allowed:
            raise InvalidRequest(f"{name[:80]} is not a parameter.")


def _agent_id(value: Any) -> str:
    """Check the id's format, because it becomes part of a URL."""
    if not isinstance(value, str) or not _AGENT_ID.fullmatch(value):
        raise InvalidRequest("agent_id: the ID that /start-agent returned.")
    return value
