"""The backend that Agora's own sample clients ask: start, hang up, speak. The same verbs for our routes and for a Lambda.

What the samples' backend gets wrong is not taken over: a refused start is no 200, keys and prompts' debug copies are masked,
each viewer has a uid of its own, and an agent that nobody stops leaves at its idle time-out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from greenroom.agora.body import CallParticipants, join_body, redacted
from greenroom.agora.client import AgoraClient
from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import AgoraError, GreenroomError, InvalidAgent
from greenroom.model.agent import Agent, AgentId, Draft
from greenroom.services.agents import links
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.guest_join import is_channel
from greenroom.services.calls.limits import Limits
from greenroom.services.calls.token_service import TokenService

SERVICE = "greenroom"
#: How the name of such an agent begins; the Running page shows it.
API_NAME = "greenroom-api-"
#: The samples' names of what a query may change → our settings; "{role}" is the vendor that is chosen for it.
OVERRIDES: Mapping[str, tuple[str, ...]] = {
    "prompt": ("prompt.system",),
    "greeting": ("prompt.greeting",),
    "greeting_mode": ("prompt.greeting_mode",),
    "failure_message": ("prompt.failure",),
    "max_history": ("brain.max_history",),
    "idle_timeout": ("turns.idle",),
    "vad_silence_duration_ms": ("turns.silence",),
    "asr_vendor": ("asr.vendor",),
    "asr_language": ("asr.{asr}.language",),
    "tts_vendor": ("tts.vendor",),
    "tts_model": ("tts.{tts}.model", "tts.{tts}.model_id"),
    "voice_id": ("tts.{tts}.voice_id", "tts.{tts}.voice", "tts.{tts}.speaker", "tts.{tts}.voice_name"),
    "voice_speed": ("tts.{tts}.speed",),
    "sample_rate": ("tts.{tts}.sample_rate",),
    "llm_vendor": ("llm.vendor",),
    "llm_model": ("llm.{llm}.model",),
    "llm_url": ("llm.{llm}.url",),
    "avatar_vendor": ("avatar.vendor",),
    "avatar_id": ("avatar.{avatar}.avatar_id", "avatar.{avatar}.avatar"),
    "pipeline_id": ("advanced.pipeline",),
}
#: What the samples take in a query and we do not: keys belong on the server.
NEVER = ("llm_api_key", "tts_key", "asr_key", "avatar_api_key", "mllm_api_key")
SpeakPriority = Literal["APPEND", "INTERRUPT", "IGNORE"]
SPEAK_PRIORITY: Mapping[Any, SpeakPriority] = {"APPEND": "APPEND", "INTERRUPT": "INTERRUPT", "IGNORE": "IGNORE"}
_AGENT_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

Json = dict[str, Any]


class Unusable(GreenroomError):
    advice = "See the README for what can be asked."


@dataclass(frozen=True, slots=True)
class ContractReply:
    """An answer as HTTP gives it."""

    status: int
    body: Json


class BackendContract:
    """Every method gives a Reply; none raises for what was asked."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        agents: AgentService,
        agora: Callable[[], AgoraClient],
        office: TokenService,
        allowance: Limits,
        credentials: Callable[[], Mapping[str, str]],
    ) -> None:
        self._config = config
        self._clock = clock
        self._agents = agents
        self._agora = agora
        self._office = office
        self._allowance = allowance
        self._credentials = credentials

    def health(self) -> ContractReply:
        return ContractReply(200, {"status": "ok", "service": SERVICE})

    def start(self, query: Mapping[str, str]) -> ContractReply:
        """``GET /start-agent``: tokens and, unless ``connect=false``, an agent."""
        return self._answered(lambda: self._start(query))

    def hang_up(self, query: Mapping[str, str]) -> ContractReply:
        """``GET /hangup-agent``. Harmless when the agent is gone."""
        return self._answered(lambda: self._hang_up(query))

    def speak(self, body: Mapping[str, Any]) -> ContractReply:
        """``POST /speak``: the agent says a text as it is."""
        return self._answered(lambda: self._speak(body))

    def lambda_form(self, query: Mapping[str, str], body: Mapping[str, Any] | None = None) -> ContractReply:
        """One function instead of routes: ``hangup=true`` ends, a body with a text speaks, anything else starts."""
        if body:
            return self.speak(body)
        return self.hang_up(query) if query.get("hangup") == "true" else self.start(query)

    # ── inside

    def _answered(self, work: Callable[[], ContractReply]) -> ContractReply:
        try:
            return work()
        except AgoraError as error:
            status = error.status if 400 <= error.status < 600 else 502
            told = {"reason": error.reason, "detail": str(error), "advice": error.advice}
            refused = {"status_code": error.status, "response": json.dumps(told), "success": False}
            return ContractReply(status, {"error": str(error), "advice": error.advice, "agent_response": refused})
        except GreenroomError as error:
            return ContractReply(400, {"error": str(error), "advice": error.advice})

    def _start(self, query: Mapping[str, str]) -> ContractReply:
        channel = query.get("channel") or self._clock.new_id(10)
        if not is_channel(channel):
            raise Unusable("channel: up to 64 letters, digits and some signs.")
        agent = self._profile(query.get("profile", ""))
        settings = self._settings(agent, query)
        user = self._clock.uid()
        agent_uid = self._clock.uid(frozenset({user, user + 1}))
        room = CallParticipants(
            channel=channel,
            agent_uid=agent_uid,
            agent_token=self._office.token(channel, agent_uid),
            user_uid=user,
            avatar_uid=agent_uid + 1,
            avatar_token=self._office.token(channel, agent_uid + 1),
            app_id=self._config.app_id,
        )
        body = join_body(API_NAME + self._clock.new_id(), settings, room, self._credentials())
        reply = self._tickets(room)
        if query.get("connect") == "false":
            reply["agent_response"] = {"status_code": 200, "response": {"mode": "token_only"}, "success": True}
        else:
            self._allowance.require_launch(None)
            started = self._agora().join(**body)
            told = {"agent_id": started.agent_id, "status": started.status, "create_ts": started.created_at}
            reply["agent_response"] = {"status_code": 200, "response": json.dumps(told), "success": True}
        if "debug" in query:
            reply["debug"] = {"agent_payload": redacted(body), "channel": channel, "has_app_certificate": True}
        return ContractReply(200, reply)

    def _tickets(self, room: CallParticipants) -> Json:
        token = self._office.token(room.channel, room.user_uid)
        return {
            "audio_scenario": "10",
            "appid": self._config.app_id,
            "channel": room.channel,
            "token": token,
            "uid": str(room.user_uid),
            "user_token": {"token": token, "uid": str(room.user_uid)},
            "agent_video_token": {"token": room.avatar_token, "uid": str(room.avatar_uid)},
            "agent": {"uid": str(room.agent_uid)},
            "agent_rtm_uid": f"{room.agent_uid}-{room.channel}",
            "user_rtm_uid": f"{room.user_uid}-{room.channel}",
            "enable_string_uid": False,
        }

    def _profile(self, name: str) -> Agent:
        """The agent of that name, whatever its case; without a name the one that was edited last."""
        agents = self._agents.list()
        if not name:
            return agents[0]
        found = next((agent for agent in agents if agent.name.casefold() == name.casefold()), None)
        if found is None:
            raise Unusable(f"There is no agent called {name[:80]!r}.", advice="A profile is the name of an agent in the Studio.")
        return found

    def _settings(self, agent: Agent, query: Mapping[str, str]) -> Mapping[str, Any]:
        for name in NEVER:
            if name in query:
                raise Unusable(f"{name}: keys are not taken from an address.", advice="Set it in Settings, Credentials.")
        settings: dict[str, Any] = dict(self._agents.draft(agent.id).settings)
        for name, text in query.items():
            if name in OVERRIDES:
                settings |= _override(agent.id, name, text, settings)
        problems = self._agents.problems(Draft(agent.id, 0, settings))
        if problems:
            raise InvalidAgent(problems)
        return settings

    def _hang_up(self, query: Mapping[str, str]) -> ContractReply:
        agent_id = _agent_id(query.get("agent_id"))
        self._agora().leave(agent_id, channel=query.get("channel", ""))
        return ContractReply(200, {"agent_response": {"status_code": 200, "response": "{}", "success": True}})

    def _speak(self, body: Mapping[str, Any]) -> ContractReply:
        agent_id = _agent_id(body.get("agent_id"))
        text, priority = body.get("text"), body.get("priority", "INTERRUPT")
        if not isinstance(text, str) or not text.strip():
            raise Unusable("text: say what the agent is to say.")
        known = SPEAK_PRIORITY.get(priority) if isinstance(priority, str) else None
        if known is None:
            raise Unusable(f"priority: one of {', '.join(SPEAK_PRIORITY)}.")
        self._agora().speak(agent_id, text, priority=known)
        return ContractReply(200, {"agent_id": agent_id, "success": True})


def _agent_id(value: Any) -> str:
    """As Agora makes them: it becomes part of an address."""
    if not isinstance(value, str) or not _AGENT_ID.fullmatch(value):
        raise Unusable("agent_id: the id that the start answered with.")
    return value


def _override(agent_id: AgentId, name: str, text: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """One parameter of the query as settings. Raises Unusable when it does not fit the vendor or the setting."""
    vendors = {role: rules.vendor_of(role, settings).id for role in ("asr", "llm", "tts", "avatar")}
    for template in OVERRIDES[name]:
        key = template.format(**vendors)
        if not key.endswith(".vendor") and rules.setting_of(key) is None:
            continue
        asked = links.read({links.AGENT: agent_id, f"{links.SET}{key}": text})
        if asked is None or asked.refused:
            raise Unusable(f"{name}: {'; '.join(asked.refused.values()) if asked else 'cannot be read.'}")
        return dict(asked.changes)
    raise Unusable(f"{name}: the vendor that is chosen has no such setting.")
