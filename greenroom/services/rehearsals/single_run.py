"""One run of a scenario: the call, then the checks. Whatever breaks on our side is an ``error``, never a pass."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from greenroom.callers import CallerLost
from greenroom.clock import Clock
from greenroom.errors import AgoraError, DailyLimitReached, GreenroomError, LimitReached, NotFound
from greenroom.model.agent import Settings, Version
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import REHEARSAL, SessionId, ToolCall
from greenroom.rehearsal.checks import Judge
from greenroom.rehearsal.filling import filled
from greenroom.rehearsal.persona import CallerBroken, PersonaPlayer
from greenroom.rehearsal.players import CallerPlayer, CallerStep, CuePlayer, barge_in_ms, player
from greenroom.rehearsal.scenario import JudgeChoice, Scenario, SimulatedCaller
from greenroom.services.calls import Calls
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.services.rehearsals import run_settings, run_tools, run_variables
from greenroom.services.rehearsals.chat_model import ModelSilent
from greenroom.services.rehearsals.daemon_thread import in_daemon_thread
from greenroom.services.rehearsals.run_checks import CallCourse, FinishedRun, busy, checked, evidence_of, spoiled
from greenroom.services.rehearsals.simulated_call import SimulatedCall
from greenroom.services.rehearsals.text_call import TextCall
from greenroom.services.rehearsals.twin_loss import TwinLoss
from greenroom.services.rehearsals.voice_call import VoiceCall, VoiceSetup, recording_path
from greenroom.store.sessions import SessionStore

log = logging.getLogger(__name__)

#: Gives the player of a persona; raises GreenroomError if no model can play it.
PlayPersona = Callable[[SimulatedCaller], PersonaPlayer]
#: Gives the judge that a scenario asks for.
AskJudge = Callable[[JudgeChoice], Judge]

#: How long a run waits for a free agent slot, and how often it looks.
SLOT_WAIT_S, SLOT_EVERY_S = 120.0, 0.5
#: What a scenario may ask for that this Greenroom can't play.
NEEDS_VOICE = "This line is a recording. It needs voice mode."
CHECK_SETTINGS = "Check this vendor's settings in the Studio, then run the test again."
NO_VOICE = "Voice mode isn't available here."
NO_LOSS = "A caller in a browser can't simulate packet loss. Remove loss, or run this test offline."


class SingleRun:
    """Plays scenarios, each in a call of its own. Stateless between runs."""

    def __init__(
        self, calls: Calls, clock: Clock, sessions: SessionStore, judge: AskJudge, personas: PlayPersona, twin: TwinProcess
    ) -> None:
        self._twin = twin
        self._judge = judge
        self._personas = personas
        self._calls = calls
        self._clock = clock
        self._sessions = sessions

    async def run(
        self, scenario: Scenario, version: Version, shared: Mapping[str, Any], voice: VoiceSetup | None = None
    ) -> FinishedRun:
        """What breaks becomes an ``error``; being cancelled ends the call first. ``voice``: for scenarios in voice mode.
        Raises DailyLimitReached: no run can start any more."""
        scenario = filled(scenario, run_variables.values_of(scenario, {**version.settings, **shared}))
        live = voice is not None and voice.live
        cannot = run_tools.impossible_live if live else run_tools.impossible
        if reason := impossible(scenario, voice) or cannot(scenario, version.settings):
            return FinishedRun("error", reason)
        try:
            caller = player(scenario.caller) or await in_daemon_thread(self._personas, scenario.caller)
        except GreenroomError as error:
            return spoiled("caller", "Caller", f"{error} {error.advice}".strip())
        began = self._clock.monotonic()
        call, course, loss = self._call(scenario, voice), CallCourse(), TwinLoss(self._twin)
        offered = run_tools.overrides(scenario, {**version.settings, **shared})
        asked = run_settings.overrides(scenario, version.settings, shared) | offered
        settings = {**version.settings, **asked}
        launch = LaunchRequest(version=version.id, origin=REHEARSAL, caller="simulated", overrides=asked)
        broken = await self._play(call, launch, scenario, caller, course, settings)
        length_ms = int((self._clock.monotonic() - began) * 1000)
        if broken is None and isinstance(caller, PersonaPlayer) and (reason := caller.objection(course.heard)):
            broken = spoiled("caller", "Caller", f"The caller broke character. {reason}")
        quiet = call.agent_left or course.silent or course.ended_by == "budget"
        if quiet if broken is None else not broken.outcomes:
            failed = await asyncio.to_thread(self._failed_agent, call)
            broken = failed if failed and (broken is None or failed.outcomes) else broken
        course.stuck = caller.stuck if isinstance(caller, CuePlayer) else ""
        finished = broken or await self._checked(scenario, version, call, course, settings)
        if not live and (reason := await asyncio.to_thread(loss.reason if finished.verdict == "error" else loss.restarted)):
            finished = FinishedRun("error", reason)
        return replace(finished, session_id=call.session_id, length_ms=length_ms)

    def _failed_agent(self, call: SimulatedCall) -> FinishedRun | None:
        """None unless Agora says that the agent failed, or says nothing: that it left or was silent then proves nothing."""
        try:
            reason = self._calls.commands.failure(call.session_id) if call.session_id is not None else ""
        except AgoraError as error:
            return FinishedRun("error", f"The agent was silent, but its server doesn't respond either. {error}")
        return spoiled("agent", "Agent", f"The agent failed: {reason}") if reason else None

    async def _checked(
        self, scenario: Scenario, version: Version, call: SimulatedCall, course: CallCourse, settings: Settings
    ) -> FinishedRun:
        """The verdict on a call that is over; an error if it proves nothing about the agent."""
        tools = await asyncio.to_thread(self._tool_calls, call, settings)
        reason = await asyncio.to_thread(self._cut_short, call)
        if not reason and (fault := _fault_of_agent(scenario, call)):
            return spoiled("agent", "Agent", fault)
        if reason := reason or call.doubt():
            return FinishedRun("error", reason)
        if reason := run_tools.unmocked(scenario, tools or ()):
            return spoiled("mock", "Mocks", reason)
        try:
            state = run_tools.state_after(settings, tools) if tools is not None else None
            known = run_tools.known_tools(scenario, version.settings)
            evidence = evidence_of(scenario, call.replies, course.ended_by, tools)
            evidence = replace(evidence, state=state, busy=busy(), caller_stuck=course.stuck, agent_tools=known)
            evidence = replace(evidence, tool_arguments=run_tools.known_arguments(version.settings))
            return await in_daemon_thread(checked, scenario, evidence, course, self._judge(scenario.judging))
        except GreenroomError:
            raise
        except Exception as error:  # a bug of ours spoils this run, not the others
            log.exception("the checks of a rehearsal run broke")
            return FinishedRun("error", f"The checks couldn't run ({type(error).__name__}).")

    def billed_s(self, session_id: SessionId | None) -> float:
        """Seconds that the agent of a finished run was in its channel; 0 without a call, or if its session was deleted."""
        try:
            session = self._calls.get(session_id) if session_id is not None else None
        except NotFound:
            return 0.0
        if session is None or session.started_at is None:
            return 0.0
        return ((session.ended_at or self._clock.now()) - session.started_at).total_seconds()

    async def _play(
        self,
        call: SimulatedCall,
        launch: LaunchRequest,
        scenario: Scenario,
        caller: CallerPlayer,
        course: CallCourse,
        settings: Settings,
    ) -> FinishedRun | None:
        """The call from launch to hang-up. What broke it, if anything did."""
        detail, broken = "The rehearsal is over.", None
        try:
            await self._open(call, launch)
            async with asyncio.timeout(scenario.budget.seconds):
                await self._converse(call, scenario, caller, course, run_settings.greets(settings))
        except TimeoutError:
            course.ended_by = "budget"
            if stuck := await call.stuck_caller():
                broken = FinishedRun("error", stuck)
        except DailyLimitReached:
            course.kept = False
            raise
        except (CallerLost, GreenroomError) as error:
            detail = str(error)
            by_caller = isinstance(error, CallerBroken | ModelSilent)
            broken = spoiled("caller", "Caller", detail) if by_caller else FinishedRun("error", detail)
        except asyncio.CancelledError:
            course.kept = False
            raise
        except Exception as error:  # a bug of ours says nothing about the agent
            log.exception("a rehearsal run broke")
            detail = f"The run stopped unexpectedly ({type(error).__name__})."
            broken = FinishedRun("error", detail)
        finally:
            await asyncio.shield(asyncio.ensure_future(self._close(call, detail, course.kept)))
        return broken

    def _call(self, scenario: Scenario, voice: VoiceSetup | None) -> SimulatedCall:
        if scenario.mode == "voice" and voice is not None:
            return VoiceCall(self._calls, self._clock, scenario, voice)
        return TextCall(self._calls, self._clock, scenario.budget.silence)

    async def _open(self, call: SimulatedCall, request: LaunchRequest) -> None:
        """Open the call, waiting for a free slot: other calls may have taken those of the batch. Raises DailyLimitReached at
        once."""
        deadline = self._clock.monotonic() + SLOT_WAIT_S
        while True:
            try:
                return await call.open(request)
            except DailyLimitReached:
                raise
            except LimitReached:
                if self._clock.monotonic() > deadline:
                    raise
                await asyncio.sleep(SLOT_EVERY_S)

    async def _close(self, call: SimulatedCall, detail: str, keep: bool) -> None:
        try:
            await call.close(detail, keep=keep)
        except GreenroomError as error:  # the watchdog ends the session by its lease
            log.warning("a rehearsal call did not close: %s", error)

    def _cut_short(self, call: SimulatedCall) -> str:
        """Why the call says nothing although it took place: it was ended by neither side of the conversation."""
        if call.session_id is None:
            return "The call never began."
        session = self._calls.get(call.session_id)
        if session.end_reason not in (None, "ended"):
            return f"The call was cut short: {session.end_detail or session.end_reason}"
        return ""

    async def _converse(
        self, call: SimulatedCall, scenario: Scenario, caller: CallerPlayer, course: CallCourse, greets: bool
    ) -> None:
        heard = course.heard
        heard.append(await call.greeting(greets, barge_in_ms(caller)))
        if greets and (call.silent or call.agent_left):
            course.silent = call.silent
            course.ended_by = "agent" if call.agent_left else "budget"
            return
        turns = 0
        while not call.agent_left and not call.failure:
            step = await self._next(caller, heard)
            if step.do == "hang_up":
                return
            if step.do == "wait":
                course.line_replies.append(len(call.replies) - 1)
                await asyncio.sleep(int(step.text) / 1000 if step.text.isdecimal() else 0)
                continue
            if turns >= scenario.budget.turns:
                course.ended_by = "budget"
                return
            turns += 1
            heard.append(await call.say(step, barge_in_ms(caller)))
            if step.line is not None:
                course.line_replies.append(len(call.replies) - 1)
            if call.silent:
                course.silent, course.ended_by = True, "budget"
                return
        course.ended_by = "agent"

    async def _next(self, caller: CallerPlayer, heard: Sequence[str]) -> CallerStep:
        return await in_daemon_thread(caller.next, heard) if isinstance(caller, PersonaPlayer) else caller.next(heard)

    def _tool_calls(self, call: SimulatedCall, settings: Settings) -> list[ToolCall] | None:
        """What the agent called; None if that is not known: Agora reports no tool calls."""
        assert call.session_id is not None
        calls = self._sessions.transcript.tool_calls(call.session_id)
        if calls or run_settings.has_no_tools(settings):
            return calls
        if not self._calls.get(call.session_id).on_twin:
            return None
        lost = any(event.kind == "latencies_missing" for event in self._sessions.transcript.events(call.session_id))
        return None if lost else calls


def impossible(scenario: Scenario, voice: VoiceSetup | None = None) -> str:
    """Why a scenario can't be played here; "" if it can."""
    recordings = [line for line in scenario.caller.lines if line.audio]
    if scenario.mode == "text":
        return NEEDS_VOICE if any(not line.say for line in recordings) else ""
    if voice is None:
        return NO_VOICE
    if voice.client == "browser" and scenario.caller.voice.loss:
        return NO_LOSS
    return next((reason for line in recordings if (reason := recording_path(voice.folder, line.audio)[1])), "")


def _fault_of_agent(scenario: Scenario, call: SimulatedCall) -> str:
    """What the agent itself reported, or that it left although no check is about the end of the call; "" if nothing."""
    if call.failure:
        return f"The agent reported an error: {call.failure}. {CHECK_SETTINGS}"
    return "The agent left the call." if call.agent_left and not any(one.kind == "ended" for one in scenario.checks) else ""
