"""Work that a click starts is not cut off by the next click. Guards the private parts of Streamlit that this rests on."""

from __future__ import annotations

import threading

import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.exceptions import RerunException
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

from components.shell import uninterrupted
from greenroom.errors import GreenroomError

pytestmark = pytest.mark.unit

TOLD: list[GreenroomError] = []


class Runner:
    """A script runner in the middle of a script, with Streamlit's own way of looking for newer requests."""

    _maybe_handle_execution_control_request = ScriptRunner._maybe_handle_execution_control_request

    def __init__(self, tab: SessionState | None = None) -> None:
        self._execing = True
        self._requests = ScriptRequests()
        self.state = SafeSessionState(SessionState() if tab is None else tab, self._maybe_handle_execution_control_request)

    def _is_in_script_thread(self) -> bool:
        return True


def test_a_newer_request_ends_a_run_at_its_next_look_at_session_state():
    """What the module is for: when this fails, Streamlit has changed, and the module may go."""
    runner = Runner()
    runner._requests.request_rerun(RerunData())
    with pytest.raises(RerunException):
        runner.state["a"] = 1


def test_callbacks_run_to_their_end_and_the_newer_request_begins_after_them(monkeypatch):
    uninterrupted.protect_callbacks(TOLD.append)
    runner, done = Runner(), []

    def click(self, *args, **kwargs) -> None:
        runner._requests.request_rerun(RerunData())
        runner.state["ticket"] = "kept"  # ends the run of a Streamlit that is left alone
        done.append(runner.state["ticket"])

    monkeypatch.setattr(SessionState, "on_script_will_rerun", click)
    runner.state.on_script_will_rerun(None)
    assert done == ["kept"]
    with pytest.raises(RerunException):
        runner.state["a"] = 1


def test_a_newer_request_of_a_tab_waits_for_the_callbacks_of_the_older_one(monkeypatch):
    """Streamlit runs it in a thread of its own: a page that was drawn meanwhile lacked the ticket of the call."""
    uninterrupted.protect_callbacks(TOLD.append)
    tab, at_work, asked, order = SessionState(), threading.Event(), threading.Event(), []

    def click(self, *args, **kwargs) -> None:
        name = "ended" if threading.current_thread() is other else "launch"
        if name == "launch":
            at_work.set()
            assert asked.wait(30)
            other.join(0.2)  # it would be through by now
        order.append(name)

    monkeypatch.setattr(SessionState, "on_script_will_rerun", click)

    def newer() -> None:
        assert at_work.wait(30)
        asked.set()
        Runner(tab).state.on_script_will_rerun(None)

    other = threading.Thread(target=newer)
    other.start()
    Runner(tab).state.on_script_will_rerun(None)
    other.join(30)
    assert order == ["launch", "ended"]
