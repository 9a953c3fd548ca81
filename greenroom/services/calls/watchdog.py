"""Stop abandoned agents: a sweep at startup, periodic checks, and a graceful stop at shutdown."""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from greenroom.agora.client import AgoraClient
from greenroom.clock import Clock
from greenroom.config import Config
from greenroom.errors import AgoraError, AgoraRefused, GreenroomError, StoreUnavailable
from greenroom.model.process import WatchingProcess
from greenroom.model.session import EndReason, Session, SessionId
from greenroom.services.calls.agent_commands import EXITS
from greenroom.services.calls.call_ending import WARN_BEFORE_S, CallEnding
from greenroom.services.calls.calls import Calls
from greenroom.services.calls.idle_ending import IdleEnding
from greenroom.services.calls.late_record import LateRecord
from greenroom.services.calls.leases import CallLeases
from greenroom.services.operations.process_lease import ProcessLease
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)

#: A page that said goodbye counts as closed, not reloaded, after this time.
RELOAD_S = 8.0
#: From the click on Launch until the browser is in the channel, including the microphone prompt.
LAUNCH_TIMEOUT_S = 90.0
#: From the start request to Agora's response.
START_TIMEOUT_S = 45.0
#: Intervals for checking that an agent still runs, and for storing the history of an external client's agent.
STATUS_EVERY_S = 5.0
HISTORY_EVERY_S = 10.0
#: How long to retry stopping an ended session's agent: Agora ends every agent after this time.
LEFTOVER_FOR_S = 72 * 3600.0
#: Interval for finding unstopped agents and calls of dead processes.
SWEEP_EVERY_S = 5.0
#: Agora's exit message → how the session ended (event 102 of its notifications).
EXIT_REASONS: dict[str, EndReason] = {
    "OK": "agent_failed",
    "Idle for too long": "idle",
    "Connecting for too long": "agent_failed",
    "RTC connection error": "agent_failed",
    "Task lifetime limit exceeded": "capped",
}

#: Free space on the data folder's disk below which recordings and the database soon fail.
LOW_DISK_BYTES = 100 * 1024**2


def low_disk(folder: Path) -> str:
    """A message if the disk of ``folder`` is nearly full, else ""."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return "The data folder can't be read. Check that its disk is mounted."
    return "" if free >= LOW_DISK_BYTES else "The data folder's disk is nearly full. Free some space, or delete old recordings."


class Watchdog:
    """Watches the sessions of this process and of processes that died. The app's lifespan calls :meth:`tick` every
    second."""

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        calls: Calls,
        sessions: SessionStore,
        agora: Callable[[], AgoraClient],
        leases: CallLeases,
        late: LateRecord,
        process: ProcessLease,
    ) -> None:
        self._config = config
        self._clock = clock
        self._calls = calls
        self._sessions = sessions
        self._agora = agora
        self._leases = leases
        self._late = late
        self._process = process
        self._asked_at: dict[SessionId, float] = {}
        self._history_at: dict[SessionId, float] = {}
        self._left_at: dict[SessionId, float] = {}
        self._rounds: dict[str, float] = {}
        self._endings = CallEnding(clock, calls)
        self.idle = IdleEnding(clock, calls)
        self._spent = ""

    def sweep(self) -> int:
        """Close sessions of dead processes and stop agents whose stop was not confirmed. Returns the number closed."""
        live = self._sessions.unfinished()
        leftovers = self._sessions.leftovers(LEFTOVER_FOR_S, self._clock.now())
        dead = self._process.dead({session.owner for session in (*live, *leftovers)})
        left = [session for session in live if session.owner in dead]
        for session in left:
            self._close_abandoned(session, dead[session.owner])
        if left:
            leftovers = self._sessions.leftovers(LEFTOVER_FOR_S, self._clock.now())
        for session in leftovers:
            if session.place == self._config.place and (session.owner in (self._process.id, "") or session.owner in dead):
                self._stop_leftover(session, dead.get(session.owner))
        self._process.forget(dead.keys() - {session.owner for session in leftovers})
        return len(left)

    def tick(self) -> None:
        """Check all sessions once; an error in one session does not affect the others."""
        with contextlib.suppress(StoreUnavailable):  # the next tick tries again
            self._late.complete()
        known = {session.id for session in self._calls.live()}
        live = self._watched()
        self._spent = self._spent_today(live)
        self._calls.limits.guests.refresh(live)
        for session in live:
            try:
                self._look_at(session)
            except GreenroomError as error:
                log.warning("watchdog, session %s: %s", session.id, type(error).__name__)
            except Exception:
                log.exception("watchdog, session %s failed unexpectedly", session.id)
        self._finish_here(known - {s.id for s in live})
        self._forget_all_but({s.id for s in live})
        self._process.beat()
        if self._due(self._rounds, "sweep", SWEEP_EVERY_S):
            self.sweep()

    def stop_all(self) -> None:
        """Stop this process's calls at shutdown, and the agents whose stop was not confirmed."""
        for session in self._watched():
            if session.owner == self._process.id:
                self._calls.end(session.id, "stopped", "Greenroom was shut down.")
        self.sweep()

    def storage_problem(self) -> str:
        """Why records may not be stored, for the health route; "" = nothing is known to be wrong."""
        if self._process.beat_failed:
            return "The database can't be written. Calls go on; new ones can't start. Check the server's disk and its log."
        return low_disk(self._config.data_dir)

    def running(self) -> int:
        """The number of running calls."""
        return len(self._sessions.unfinished())

    def page_left(self, session_id: SessionId) -> None:
        """Handle a page that is closing. The call ends unless the page returns within seconds, as after a reload."""
        self._left_at[session_id] = self._clock.monotonic()

    def page_back(self, session_id: SessionId) -> None:
        """The page's socket is connected again; undoes :meth:`page_left`."""
        self._left_at.pop(session_id, None)

    def stage_left(self, session_id: SessionId) -> None:
        """Handle an agent that left the channel: ask Agora for the reason at the next check instead of after 5 s."""
        self._asked_at.pop(session_id, None)

    # ── which calls

    def _watched(self) -> list[Session]:
        """The unfinished calls of this process and those without an owner; from memory while the database is unavailable."""
        try:
            live = self._sessions.unfinished()
        except StoreUnavailable:
            return self._calls.live()
        reachable = [s for s in live if s.place == self._config.place and not self._calls.over(s.id)]
        return [s for s in reachable if s.owner in (self._process.id, "")]

    def _spent_today(self, live: list[Session]) -> str:
        try:
            return self._calls.limits.spent() if live else ""
        except StoreUnavailable:
            return self._spent

    def _forget_all_but(self, live: set[SessionId]) -> None:
        for times in (self._asked_at, self._history_at, self._left_at):
            for session_id in set(times) - live:
                times.pop(session_id, None)
        self._endings.keep(live)
        self.idle.keep(live)
        self._calls.keep(live)

    def _close_abandoned(self, session: Session, process: WatchingProcess | None) -> None:
        """Stop the session's agent if it is reachable; an agent of a twin that ended with its process is already gone."""
        detail = "Greenroom stopped unexpectedly during the call."
        if process is not None and process.own_twin:
            if self._sessions.close(session.id, "lost", detail, self._clock.now()):
                self._sessions.agent_stopped(session.id)
        elif session.place == self._config.place and (process is None or process.project == self._config.app_id):
            self._calls.end(session.id, "lost", detail)
        else:  # a process that can reach it finds it among the leftovers
            self._sessions.close(session.id, "lost", detail, self._clock.now())

    def _stop_leftover(self, session: Session, process: WatchingProcess | None) -> None:
        """``process``: what is known of the owner if it has died."""
        if self._calls.runs.reach.includes(session):
            self._calls.runs.stop_leftover(session)
        elif process is None or process.own_twin:  # the agent went with its process
            self._sessions.agent_stopped(session.id)

    def _finish_here(self, gone: set[SessionId]) -> None:
        """Stop the agents of calls that another process ended, which can't reach this one's twin."""
        if not self._calls.runs.reach.own_twin:
            return
        for session_id in gone:
            with contextlib.suppress(GreenroomError):  # the agent's idle timeout stops it otherwise
                session = self._sessions.get(session_id)
                # Even if the agent counts as stopped: whoever took this process for dead took its twin for dead, too.
                if session.state == "ended":
                    self._calls.closing.finish(session, session.end_reason, session.end_detail)

    # ── one call

    def _look_at(self, session: Session) -> None:
        left_at = self._left_at.get(session.id)
        age_s = self._leases.age_s(session)
        if turned_off := self._calls.limits.guests.ended(session):
            self._calls.end(session.id, "stopped", turned_off)
        elif left_at is not None and self._clock.monotonic() - left_at > RELOAD_S:
            self._calls.end(session.id, "tab_closed")
        elif session.state == "launching" and age_s > LAUNCH_TIMEOUT_S:
            self._calls.end(session.id, "start_timeout", "The caller didn't join the channel in time.")
        elif session.state == "starting" and age_s > LAUNCH_TIMEOUT_S + START_TIMEOUT_S:
            self._calls.end(session.id, "start_timeout", "Agora didn't confirm the start in time.")
        elif session.state == "starting" and session.caller == "external":
            self._leases.renew(session.id)  # the client doesn't know this agent yet
        elif session.state != "launching" and self._leases.lost(session):
            missing = "news from Agora of this agent" if session.caller == "external" else "heartbeat from the caller"
            self._calls.end(session.id, "stage_lost", f"No {missing} for {self._leases.silent_s(session):.0f} s.")
        elif session.state == "running" and not self.idle.end_if_idle(session) and not self._end_capped(session):
            self._ask_agora(session)

    def _end_capped(self, session: Session) -> bool:
        longest_s = self._calls.limits.guests.call_s(session)
        left_s = longest_s - self._leases.running_s(session)
        spent = self._spent or self._calls.limits.guests.spent(session)
        if spent or left_s < 0:
            self._endings.end(session, spent or f"The maximum call length is {longest_s // 60} min.")
        elif left_s < WARN_BEFORE_S < longest_s / 2:
            self._endings.warn(session, left_s)
        return bool(spent) or left_s < 0

    def _ask_agora(self, session: Session) -> None:
        if not self._due(self._asked_at, session.id, STATUS_EVERY_S):
            return
        try:
            agent = self._agora().get(session.agora_agent_id, channel=session.channel, agent_uid=session.agent_uid)
        except AgoraRefused as error:
            if error.status == 404:
                self._calls.end(session.id, "agent_failed", "Agora no longer lists this agent.")
            return
        except AgoraError:
            return  # an unknown state doesn't end a page's call; an external client's lease expires
        if agent.status in ("STOPPED", "FAILED"):
            message = (agent.message or "").removeprefix(EXITS)
            self._calls.end(session.id, EXIT_REASONS.get(message, "agent_failed"), message)
        elif session.caller == "external":
            self._leases.renew(session.id)
            if self._due(self._history_at, session.id, HISTORY_EVERY_S):
                self._calls.closing.collect_history(session)

    # ── when

    def _due(self, done_at: dict[Any, float], what: str, every_s: float) -> bool:
        moment = self._clock.monotonic()
        if moment - done_at.get(what, float("-inf")) < every_s:
            return False
        done_at[what] = moment
        return True
