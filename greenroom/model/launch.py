"""A request to start an agent: which agent, for which caller, on whose behalf, and from where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from greenroom.model.agent import AgentId, VersionId
from greenroom.model.principal import LOCAL_USER, Principal
from greenroom.model.session import HELD, PRESENTER, SCRIPTED, STUDIO, Caller, Origin, Session, SessionId


@dataclass(frozen=True, slots=True)
class LaunchRequest:
    """``agent`` launches its draft as a new version; ``version`` launches that version again. Exactly one of them is set.

    ``overrides`` are settings by key for this call alone. They are stored with the session; the version stays what
    it is. ``channel`` "" = a new one. ``instead_of``: the call that this one replaces, which does not count against the cap.
    ``person``: who tests, as typed under Settings, You.
    """

    agent: AgentId | None = None
    version: VersionId | None = None
    origin: Origin = STUDIO
    caller: Caller = "browser"
    principal: Principal = LOCAL_USER
    person: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""
    instead_of: SessionId | None = None

    def held(self) -> LaunchRequest:
        """The same for a presenter: the agent joins without a greeting, and says it when the presentation starts."""
        return replace(self.presented(), overrides={**self.overrides, **HELD})

    def presented(self) -> LaunchRequest:
        """The same for a presenter, whose agent greets at once."""
        return replace(self, origin=PRESENTER)

    @classmethod
    def instead(cls, session: Session, version: VersionId | None = None, scripted: bool = False) -> LaunchRequest:
        """A launch of the agent's draft, or of ``version`` for a presenter, for the same caller, replacing this call.
        ``scripted``: the scripted responder answers."""
        kept = {key: value for key, value in session.overrides.items() if key not in {**HELD, **SCRIPTED}}
        return cls(
            session.agent_id if version is None else None,
            version,
            origin=session.origin if version is None else PRESENTER,
            caller=session.caller,
            principal=Principal.read(session.principal),
            person=session.person,
            overrides={**kept, **SCRIPTED} if scripted else kept,
            instead_of=session.id,
        )

    def __post_init__(self) -> None:
        if (self.agent is None) == (self.version is None):
            raise ValueError("a launch names an agent or a version, and not both")
