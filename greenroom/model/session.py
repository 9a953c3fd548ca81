"""A call's record: session, turns and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NewType

from greenroom.model.agent import AgentId, Settings, VersionId
from greenroom.model.principal import LOCAL_USER

SessionId = NewType("SessionId", str)

#: Where a launch came from. An open set: a value that is not among these is stored, shown and filtered by like the others.
Origin = NewType("Origin", str)
STUDIO, API, LAMBDA = Origin("studio"), Origin("api"), Origin("lambda")
REHEARSAL, GUEST, PRESENTER = Origin("rehearsal"), Origin("guest"), Origin("presenter")
ORIGINS: tuple[Origin, ...] = (STUDIO, API, LAMBDA, REHEARSAL, GUEST, PRESENTER)
#: The ``owner`` of a session out of a file.
IMPORTED = "imported"
#: The overrides of a call that is connected ahead of a presentation: the agent greets when it is asked to.
HELD: Settings = {"prompt.greeting": None}
#: The overrides of a presenter's scripted call: the scripted responder answers, whatever model the agent has.
SCRIPTED: Settings = {"offline.brain": "scripted"}
#: Who talks to the agent. Each holds a lease that the watchdog watches: a page's heartbeat, Agora's word that an external
#: client's agent runs, or the run that plays a simulated caller.
Caller = Literal["browser", "external", "simulated"]

Place = Literal["twin", "cloud"]
#: launching: the row exists, the browser is joining · starting: the agent was asked for · running · ended
SessionState = Literal["launching", "starting", "running", "ended"]
#: How a session ended. "lost" = the server was killed and found the session open when it came back.
EndReason = Literal[
    "ended",  # the caller pressed End
    "cancelled",  # the launch was canceled
    "tab_closed",  # the page went away and said so
    "stage_lost",  # the heartbeat stopped, or the stage lost the channel
    "idle",  # silence until the idle timeout
    "agent_failed",  # the agent left with an error
    "refused",  # the agent start was refused
    "start_timeout",  # the agent did not appear in time
    "capped",  # the maximum call length was reached
    "restarted",  # Restart with changes, or a presenter's key: the call continues in the next session
    "stopped",  # stopped from the Running list or by a shutdown of the app
    "lost",  # the server died during the call
]
Speaker = Literal["user", "agent"]
TurnSource = Literal["voice", "typed", "greeting", "say", "whisper", "silence"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance of one speaker.

    ``turn_id`` is Agora's (user and agent share it; 0 = greeting); ``started_ms`` and ``ended_ms`` count from the start of
    the session; ``latency_ms`` is from the end of the caller's speech to the agent's first sound, as heard in the browser;
    ``stages`` maps Agora's segment names (``asr_ttlw``, ``llm_ttft``, ``tts_ttfb`` …) to milliseconds. ``version_number`` is
    the version that was applied during the call and under which the turn was spoken; None = the version of the launch.
    """

    turn_id: int
    speaker: Speaker
    text: str
    started_ms: int
    ended_ms: int
    source: TurnSource = "voice"
    interrupted: bool = False
    latency_ms: int | None = None
    stages: Mapping[str, int] = field(default_factory=dict)
    version_number: int | None = None


#: ok · error: it failed or refused · timeout · invalid: the arguments did not fit · cancelled: interrupted
ToolCallStatus = Literal["ok", "error", "timeout", "invalid", "cancelled"]
#: How the model asked: by the API's own field, by text in its answer, or the built-in brain by a rule.
ToolCallAsker = Literal["model", "text", "rule"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One tool call of an agent on the twin; Agora reports none. Without secrets.

    ``turn_id`` is that of the turn it happened in; ``server`` the MCP server, "" = a function. ``arguments`` and ``result`` are
    JSON or text as the model wrote and got them, shortened when long. ``started_ms`` counts from the start of the session.
    """

    call_id: str
    turn_id: int
    tool: str
    arguments: str
    status: ToolCallStatus
    result: str
    started_ms: int
    duration_ms: int
    server: str = ""
    mocked: bool = False
    asked_by: ToolCallAsker = "model"


@dataclass(frozen=True, slots=True)
class ReportedSilence:
    """Seconds of silence in a call: of everyone, and of the caller."""

    anybody_s: float
    person_s: float


@dataclass(frozen=True, slots=True)
class Event:
    """An entry in a session's event log, without secrets."""

    at_ms: int
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AppliedVersion:
    """A version that was applied during a call; turns that began later belong to it."""

    id: VersionId
    number: int
    applied_at: datetime
    settings: Settings


@dataclass(frozen=True, slots=True)
class Session:
    """The record of one call. Times are aware UTC; lengths in seconds; latencies in milliseconds."""

    id: SessionId
    agent_id: AgentId
    agent_name: str
    version_id: VersionId
    version_number: int
    place: Place
    channel: str
    user_uid: int
    agent_uid: int
    state: SessionState
    created_at: datetime
    person: str = ""
    agora_agent_id: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: EndReason | None = None
    end_detail: str = ""
    last_seen_at: datetime | None = None
    owner: str = ""  # the process that watches it; "" = every process that can reach its agent
    agent_stopped: bool = False  # Agora has confirmed that the agent was stopped; false on an ended session = try again
    turn_count: int = 0
    median_latency_ms: int | None = None
    rating: int | None = None  # 1..5 stars
    origin: Origin = STUDIO
    caller: Caller = "browser"
    principal: str = LOCAL_USER.id
    overrides: Settings = field(default_factory=dict)  # settings of this call only, on top of the version's
    applied_version: int | None = None  # the last version that was applied during the call

    @property
    def avatar_uid(self) -> int:
        """The avatar's uid, derived from the agent's, so that it needs no column."""
        return self.agent_uid + (2 if self.agent_uid + 1 == self.user_uid else 1)

    def name_of(self, speaker: str) -> str:
        """Who says a turn: the agent's name; for the user "You" in a studio's call, "Guest" behind a link, else "Caller"."""
        if speaker == "agent":
            return self.agent_name
        return "You" if self.origin in (STUDIO, PRESENTER) else "Guest" if self.origin == GUEST else "Caller"

    @property
    def guest_link(self) -> str:
        """The id of the link by which a guest came; "" for everyone else."""
        kind, _, name = self.principal.partition(":")
        return name if kind == "guest" else ""

    @property
    def held(self) -> bool:
        """Whether it was connected ahead of a presentation."""
        return self.origin == PRESENTER and HELD.items() <= self.overrides.items()

    @property
    def scripted(self) -> bool:
        """Whether the scripted responder answers in it, in the place of the agent's model."""
        return SCRIPTED.items() <= self.overrides.items()

    def settings_on(self, version: Settings) -> Settings:
        """The settings this call's agent started with: the version's, with this call's overrides applied. None stays: such
        a setting isn't sent, and a missing one is sent as its default."""
        return {**version, **self.overrides}

    @property
    def on_twin(self) -> bool:
        """Whether the session ran on the twin instead of Agora."""
        return self.place == "twin"

    @property
    def length_s(self) -> int | None:
        """Whole seconds from the agent's start to the end; None while running and without an agent."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0, round((self.ended_at - self.started_at).total_seconds()))
