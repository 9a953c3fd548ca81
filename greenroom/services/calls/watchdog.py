"""Nobody's agent is left running: a sweep at start, a watchdog while the app runs, a polite stop at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable

from greenroom.agora.client import AgoraClient
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import AgoraError, AgoraRefused, GreenroomError
from greenroom.model.session import EndReason, Session, SessionId, Silence
from greenroom.services.calls.call_ending import WARN_BEFORE_S, CallEnding
from greenroom.services.calls.calls import Calls
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)

#: The stage says every 2 s that it is alive; this long without a word and the call is over.
STAGE_SILENT_S = 12.0
#: A page that said goodbye and is not back after this was closed, not reloaded.
RELOAD_S = 5.0
#: From the click on Launch to the browser being in the channel (a person may have to answer the microphone prompt).
LAUNCH_TIMEOUT_S = 90.0
#: From asking Agora for the agent to its answer.
START_TIMEOUT_S = 45.0
#: How often Agora is asked whether an agent still runs.
STATUS_EVERY_S = 5.0
#: How long the stop of an ended session's agent is tried again: Agora ends any agent by then (72 h), the idle time-out sooner.
LEFTOVER_FOR_S = 3600.0
LEFTOVERS_EVERY_S = 5.0
#: Agora's own time-out counts only while nobody is present; ours while nobody speaks. Where both count, Agora's comes first.
IDLE_GRACE_S = 4.0
#: An agent that only talks by itself (it asks whether anybody is there) is left after so many times the idle time-out.
ALONE_TIMES = 3

#: Agora's exit message → how the session ended (agora-api A.6, event 102).
EXIT_REASONS: dict[str, EndReason] = {
    "OK": "agent_failed",
    "Idle for too long": "idle",
    "Connecting for too long": "agent_failed",
    "RTC connection error": "agent_failed",
    "Task lifetime limit exceeded": "capped",
}


class Watchdog:
    """Looks after all sessions of this installation. :meth:`tick` is called every second by the app's lifespan."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        calls: Calls,
        sessions: SessionStore,
        agora: Callable[[], AgoraClient],
        owner: str,
    ) -> None:
        self._config = config
        self._clock = clock
        self._calls = calls
        self._sessions = sessions
        self._agora = agora
        self._owner = owner
        self._asked_at: dict[SessionId, float] = {}
        self._left_at: dict[SessionId, float] = {}
        self._silence: dict[SessionId, Silence] = {}
        self._leftovers_at = float("-inf")
        self._farewells = CallEnding(clock, calls)
        self._spent = ""

    def sweep(self) -> int:
        """At start: close what a killed server of this installation left open. Returns how many sessions that were."""
        mine = [s for s in self._sessions.unfinished() if s.owner == self._owner]
        for session in mine:
            self._calls.end(session.id, "lost", "Greenroom was killed while the call ran.")
        self._retry_leftovers()
        return len(mine)

    def tick(self) -> None:
        """One round of the watchdog; an error in one session does not keep the others from being looked at."""
        live = self._sessions.unfinished()
        self._spent = self._calls.allowance.spent(live) if live else ""
        for session in live:
            try:
                self._look_at(session)
            except GreenroomError as error:
                log.warning("watchdog, session %s: %s", session.id, type(error).__name__)
        known = {s.id for s in live}
        self._asked_at = {k: v for k, v in self._asked_at.items() if k in known}
        self._left_at = {k: v for k, v in self._left_at.items() if k in known}
        self._silence = {k: v for k, v in self._silence.items() if k in known}
        self._farewells.keep(known)
        self._retry_leftovers()

    def stop_all(self) -> None:
        """At the orderly end of the app."""
        for session in self._sessions.unfinished():
            if session.owner == self._owner:
                self._calls.end(session.id, "stopped", "Greenroom was closed.")

    def running(self) -> int:
        """How many calls are live now."""
        return len(self._sessions.unfinished())

    def page_left(self, session_id: SessionId) -> None:
        """The page says that it goes away. A reload is back within seconds; a closed tab is not, and its call ends then."""
        self._left_at[session_id] = self._clock.monotonic()

    def page_back(self, session_id: SessionId) -> None:
        self._left_at.pop(session_id, None)

    def stage_left(self, session_id: SessionId) -> None:
        """The agent is no longer in the channel, says the stage: ask Agora why at the next round, not in 5 s."""
        self._asked_at.pop(session_id, None)

    def silence(self, session_id: SessionId, told: Silence) -> None:
        """What the stage hears."""
        self._silence[session_id] = told

    def _look_at(self, session: Session) -> None:
        now = self._clock.now()
        silent_s = (now - (session.last_seen_at or session.created_at)).total_seconds()
        age_s = (now - session.created_at).total_seconds()
        left_at = self._left_at.get(session.id)
        if left_at is not None and self._clock.monotonic() - left_at > RELOAD_S:
            self._calls.end(session.id, "tab_closed")
        elif session.state == "launching" and age_s > LAUNCH_TIMEOUT_S:
            self._calls.end(session.id, "start_timeout", "The browser did not get into the channel in time.")
        elif session.state == "starting" and age_s > LAUNCH_TIMEOUT_S + START_TIMEOUT_S:
            self._calls.end(session.id, "start_timeout", "Agora did not answer the start in time.")
        elif session.state != "launching" and silent_s > STAGE_SILENT_S:
            self._calls.end(session.id, "stage_lost", f"The page has been silent for {silent_s:.0f} s.")
        elif session.state == "running" and not self._end_idle(session) and not self._end_capped(session):
            self._ask_agora(session)

    def _end_capped(self, session: Session) -> bool:
        started = session.started_at or session.created_at
        left_s = self._config.max_call_s - (self._clock.now() - started).total_seconds()
        if self._spent or left_s < 0:
            self._farewells.end(session, self._spent or f"The longest call is {self._config.max_call_s // 60} minutes.")
        elif left_s < WARN_BEFORE_S < self._config.max_call_s / 2:
            self._farewells.warn(session, left_s)
        return bool(self._spent) or left_s < 0

    def _end_idle(self, session: Session) -> bool:
        silence = self._silence.get(session.id, Silence(0, 0))
        if silence.anybody_s <= IDLE_GRACE_S:
            return False
        limit = self._calls.idle_s(session)
        over = silence.anybody_s > limit + IDLE_GRACE_S or silence.person_s > ALONE_TIMES * limit + IDLE_GRACE_S
        if limit and over:
            self._calls.end(session.id, "idle", f"Nobody has said a word for {silence.person_s:.0f} s.")
        return bool(limit and over)

    def _ask_agora(self, session: Session) -> None:
        moment = self._clock.monotonic()
        if moment - self._asked_at.get(session.id, float("-inf")) < STATUS_EVERY_S:
            return
        self._asked_at[session.id] = moment
        try:
            agent = self._agora().get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraRefused as error:
            if error.status == 404:
                self._calls.end(session.id, "agent_failed", "Agora does not know this agent any more.")
            return
        except AgoraError:
            return  # not knowing is no reason to end a call that people are in
        if agent.status in ("STOPPED", "FAILED"):
            message = (agent.message or "").removeprefix("agent exits with reason: ")
            self._calls.end(session.id, EXIT_REASONS.get(message, "agent_failed"), message)

    def _retry_leftovers(self) -> None:
        moment = self._clock.monotonic()
        if moment < self._leftovers_at:
            return
        self._leftovers_at = moment + LEFTOVERS_EVERY_S
        for session in self._sessions.leftovers(LEFTOVER_FOR_S, self._clock.now()):
            if session.owner == self._owner:
                self._calls.stop_leftover(session)
