"""The lifecycle of a call: launch, ticket, agent start, commands, end.

The order ensures that no greeting is missed: ticket → the caller joins the channel with its microphone → the agent starts.
The session's state in the database is the lock: the process that moves it to "ended" stops the agent, exactly once.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta

from greenroom.agora.answers import StartedAgent
from greenroom.catalog import rules
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import AgoraError, Conflict, NotAllowed, StoreUnavailable
from greenroom.model.agent import Version, VersionId
from greenroom.model.call import Ticket
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import PRESENTER, STUDIO, EndReason, Session, SessionId, ToolCall, Turn
from greenroom.services.agents.agent_service import AgentService
from greenroom.services.calls.agent_commands import AgentCommands, running_session
from greenroom.services.calls.agent_runs import AgentRuns
from greenroom.services.calls.applied_versions import AppliedVersions
from greenroom.services.calls.call_closing import CallClosing, Notify
from greenroom.services.calls.event_log import EventLog
from greenroom.services.calls.held_calls import HeldCalls
from greenroom.services.calls.late_record import LateRecord
from greenroom.services.calls.leases import CallLeases
from greenroom.services.calls.limits import Limits
from greenroom.services.calls.replacements import Replacements
from greenroom.services.calls.token_service import TokenService
from greenroom.store.sessions import SessionStore


class Calls:
    """All operations on live calls. Thread-safe."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        agents: AgentService,
        sessions: SessionStore,
        replacements: Replacements,
        tokens: TokenService,
        limits: Limits,
        leases: CallLeases,
        runs: AgentRuns,
        applied: AppliedVersions,
        commands: AgentCommands,
        closing: CallClosing,
        events: EventLog,
        late: LateRecord,
        held: HeldCalls,
        tell: Notify,
        owner: str,
    ) -> None:
        """``owner``: the process that watches the calls launched here; "" = any that can reach their agents."""
        self._config = config
        self._clock = clock
        self._agents = agents
        self._sessions = sessions
        self._replacements = replacements
        self._tokens = tokens
        self._leases = leases
        self._applied = applied
        self.closing = closing
        self._events = events
        self._late = late
        self._owner = owner
        #: This process's last known sessions, to stop their agents while the database is unavailable.
        self._live: dict[SessionId, Session] = {}
        self.limits = limits
        self.runs = runs
        self.held = held
        self.commands = commands
        self.tell = tell

    # ── before the call

    def launch(self, request: LaunchRequest) -> Ticket:
        """Freeze the agent, insert the session and return the ticket the caller joins with.

        The one way to start an agent. Raises InvalidAgent (of draft or version), LimitReached, NotFound, TwinUnavailable.
        """
        self._tokens.edge()  # no row for a call that can't be joined
        version, user_uid, now = self._version(request), self._clock.uid(), self._clock.now()
        session = Session(
            id=SessionId(self._clock.new_id()),
            agent_id=version.agent_id,
            agent_name=self._agents.get(version.agent_id).name,
            version_id=version.id,
            version_number=version.number,
            place=self._config.place,
            channel=request.channel or f"greenroom-{self._clock.new_id(10)}",
            user_uid=user_uid,
            agent_uid=self._clock.uid(frozenset({user_uid})),
            state="launching",
            created_at=now,
            last_seen_at=now,
            person=request.person,
            owner=self._owner,
            origin=request.origin,
            caller=request.caller,
            principal=request.principal.id,
            overrides=dict(request.overrides),
        )
        self.limits.open(session, request.instead_of)
        self._leases.renew(session.id)
        self._live[session.id] = session
        return self._ticket(session, version)

    def restart(self, session_id: SessionId, version: VersionId | None = None, *, scripted: bool = False) -> Ticket:
        """Launch the draft, or ``version``, in place of a call, which goes on until :meth:`take_over`. Raises as launching does.
        ``scripted``: the scripted responder answers. Raises NotAllowed on Agora's cloud then."""
        if scripted:
            self.runs.require_scripted()
        ticket = self.launch(LaunchRequest.instead(self._sessions.get(session_id), version, scripted))
        self._replacements.expect(session_id, ticket.session_id)
        return replace(ticket, replaces=session_id)

    def ticket_again(self, session_id: SessionId, capability: str) -> Ticket:
        """A new ticket for a call's page after a reload. Raises NotAllowed, NotFound, or Conflict when the call is over."""
        self.require(session_id, capability)
        session = self.get(session_id)
        if session.state == "ended":
            raise Conflict("The call is over.", advice="Launch a new call.")
        self.runs.reach.require(session)
        self.seen(session_id)
        self.closing.page_away(session)
        elapsed_ms = int((self._leases.moment(session) - (session.started_at or session.created_at)).total_seconds() * 1000)
        turns, calls = tuple(self._sessions.transcript.turns(session_id)), tuple(self._sessions.transcript.tool_calls(session_id))
        ticket = self._ticket(session, self._agents.versions.get(session.version_id))
        return replace(ticket, elapsed_ms=elapsed_ms, said=turns, tool_calls=calls, held=not turns and self.held.waits(session))

    def start_agent(self, session_id: SessionId) -> StartedAgent:
        """Start the agent, once, after the caller joined the channel.

        Raises AgoraError if the start was rejected (the session is closed with that reason) and Conflict if the session
        ended in the meantime; in both cases no agent keeps running. After an unclear answer the watchdog finds and stops it.
        """
        if not self._sessions.advance(session_id, state="starting", from_states=("launching",)):
            session = self._sessions.get(session_id)
            if session.state == "running":
                return StartedAgent(session.agora_agent_id, "RUNNING", int((session.started_at or self._clock.now()).timestamp()))
            raise Conflict(f"This call is already {session.state}.", advice="Launch a new call.")
        session = self._sessions.get(session_id)
        try:
            started = self.runs.start(session)
        except AgoraError as error:
            self.end(session_id, "refused", f"{error} ({error.reason or error.status or 'no answer'})")
            if error.maybe_started and not self._owner:
                self.runs.stop_by_name(session)
            elif not error.maybe_started:  # else the watchdog looks for it: here the caller would wait for a silent Agora again
                self._late.write(lambda: self._sessions.agent_stopped(session_id))
            raise
        except NotAllowed as error:  # a key's consent was revoked since the launch; no request was sent
            self.end(session_id, "refused", str(error))
            raise
        self._leases.started(session_id)
        at = self._clock.now()
        self._live[session_id] = replace(session, agora_agent_id=started.agent_id, started_at=at, state="running")
        if not self._attached(session, started.agent_id):
            # The call ended during the start; whoever ended it didn't know this agent's id.
            self._live.pop(session_id, None)
            self.runs.leave(session, started.agent_id)
            raise Conflict("The call ended before the agent started.", advice="Launch a new call.")
        return started

    # ── during the call

    def take_over(self, session_id: SessionId) -> None:
        """The agent is in the channel: end the call that this one replaces."""
        if (replaced := self._replacements.replaced_by(session_id)) is not None:
            self.end(replaced, "restarted")

    def seen(self, session_id: SessionId) -> bool:
        """Renew the caller's lease; also of a page that another process watched. False if the call is known to be over."""
        self._leases.renew(session_id)
        with contextlib.suppress(StoreUnavailable):  # the lease decides; the stored time waits for the database
            return bool(self._late) or self._sessions.seen(session_id, self._clock.now())
        return True

    def page_connected(self, session_id: SessionId) -> None:
        """Let this process watch the call, because the page's socket is connected to it. Raises NotFound, or Conflict for a
        call of another process's twin."""
        session = self.get(session_id)
        if session.state != "ended":
            self.runs.reach.require(session)
        self.seen(session_id)
        if self._owner and session.owner != self._owner and session.state != "ended":
            self._sessions.take_over(session_id, self._owner)

    def record_turn(self, session_id: SessionId, turn: Turn) -> bool:
        """Record a turn. False: the database is unavailable; the turn is kept and written later. Raises NotFound."""
        began_at = self._clock.now() - timedelta(milliseconds=max(0, turn.ended_ms - turn.started_ms))
        return self._late.write(lambda: self._sessions.transcript.add_turn(session_id, turn, began_at))

    def record_tool_call(self, session_id: SessionId, call: ToolCall) -> None:
        """Record a tool call that is over, once. Raises NotFound."""
        self._late.write(lambda: self._sessions.transcript.add_tool_calls(session_id, [call]))

    def record_event(self, session_id: SessionId, kind: str, detail: str = "") -> None:
        """Raises NotFound and StoreUnavailable: unlike a turn, an event isn't kept for later."""
        self._events.note(session_id, kind, detail)

    def apply(self, session_id: SessionId) -> int:
        """Send the draft's live settings and return the frozen version's number. Raises InvalidAgent, Conflict, AgoraError."""
        number = self._applied.apply(running_session(self._sessions, session_id)).number
        self.record_event(session_id, "applied", f"version {number}")
        return number

    def pending_changes(self, session_id: SessionId) -> dict[str, rules.Effect]:
        """The draft's changes for the running agent, by setting key."""
        return self._applied.pending(self._sessions.get(session_id))

    def renewed_token(self, session_id: SessionId) -> str:
        """A new token for the caller of a running call; also renews the caller's lease."""
        session = running_session(self._sessions, session_id)
        self._leases.renew(session_id)
        return self._tokens.stage_token(session.channel, session.user_uid)

    def get(self, session_id: SessionId) -> Session:
        """The session as stored, or as it will be when the database can be written. Raises NotFound, also for a deleted one."""
        return self._late.ended(session_id) or self._sessions.get(session_id)

    def require(self, session_id: SessionId, capability: object) -> None:
        """Raise NotAllowed unless the capability is this session's."""
        self._tokens.capabilities.require(session_id, capability)

    def require_recent(self, session_id: SessionId) -> None:
        """Raise NotAllowed when the call ended more than a minute ago."""
        if session_id not in self._live:
            self._leases.require_grace(self._sessions.get(session_id))

    def idle_s(self, session: Session) -> int:
        """Seconds without speech or activity in the page after which Greenroom (not Agora) ends the call; 0 = no such end."""
        return int(rules.value_at("turns.silence_end", self.runs.settings(session)) or 0)

    # ── the end

    def end(self, session_id: SessionId, reason: EndReason, detail: str = "") -> bool:
        """Close the session and stop its agent. True for the one caller that did it; later ones change nothing.

        While the database is unavailable, the agent is stopped anyway and the record completed later.
        """
        if self._late.ended(session_id):
            return False
        self._replacements.ended(session_id)
        at = self._leases.moment(known) if (known := self._live.get(session_id)) else self._clock.now()
        try:
            if not self._sessions.close(session_id, reason, detail[:500], at):
                self._live.pop(session_id, None)
                return False
            session = self._sessions.get(session_id)
        except StoreUnavailable:
            session = self._live.get(session_id) or self._sessions.get(session_id)  # a full disk can still be read
            ended = replace(session, state="ended", end_reason=reason, end_detail=detail[:500], ended_at=at)
            self._late.end(ended, lambda: self._sessions.close(session_id, reason, detail[:500], at))
        self._live.pop(session_id, None)
        self._leases.ended(session_id)
        self.closing.finish(session, reason, detail)
        return True

    def live(self) -> list[Session]:
        """This process's calls as last known, for when the database is unavailable."""
        return list(self._live.values())

    def over(self, session_id: SessionId) -> bool:
        """Whether this process ended a call whose end isn't written yet."""
        return self._late.ended(session_id) is not None

    def keep(self, live: set[SessionId]) -> None:
        """Drop all others: another process may have ended them."""
        self._leases.keep(live)
        self._replacements.keep(live)
        for session_id in set(self._live) - live:
            self._live.pop(session_id, None)

    def _version(self, request: LaunchRequest) -> Version:
        if request.version is not None:
            return self._agents.versions.launchable(request.version, request.overrides)
        assert request.agent is not None
        return self._agents.versions.freeze(request.agent, request.overrides, adopt=request.origin in (STUDIO, PRESENTER))

    def _ticket(self, session: Session, version: Version) -> Ticket:
        settings = session.settings_on(version.settings)
        ticket = self._tokens.ticket(session, with_face=rules.has_face(settings), cap_s=self.limits.guests.call_s(session))
        return replace(ticket, cost=self.runs.cost(session, settings), realtime=rules.realtime(settings), held=session.held)

    def _attached(self, session: Session, agent_id: str) -> bool:
        try:
            return self._sessions.attach_agent(session.id, agent_id, self._clock.now())
        except StoreUnavailable:
            self.runs.leave(session, agent_id)  # don't report a running agent that no process can watch
            self._live.pop(session.id, None)
            raise
