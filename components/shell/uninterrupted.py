"""Run callbacks to completion without interruption by newer requests.

When a newer request arrives, Streamlit ends the current run at its next access to session state, even in the middle of a
callback, and doesn't repeat the rest: a paid agent would start and its ticket would be lost. Worse, it runs the newer request
while a callback is still running, so that the page is drawn without the ticket. And it drops what a component's callback asks
for when the request also names another page (:func:`triggered`). Only this file uses the private parts of Streamlit that decide
this; tests guard them.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.safe_session_state import SafeSessionState

from components.shell import fields
from greenroom.errors import GreenroomError

_MARK = "_greenroom_uninterrupted"
#: How long a newer request waits for the callbacks of an older one; longer than a request to Agora takes.
LONGEST_WAIT_S = 20.0


class _CallbackLock:
    """Held by the run of a tab while its callbacks run."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


#: By the id of the tab's session state, for as long as one of its runs exists.
_locks: WeakValueDictionary[int, _CallbackLock] = WeakValueDictionary()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """A newer request doesn't interrupt the block, or a function decorated with it; it starts at the run's next check."""
    context = get_script_run_ctx(suppress_warning=True)
    with _ignoring_requests(None if context is None else context.session_state):
        yield


def protect_callbacks(tell: Callable[[GreenroomError], None]) -> None:
    """Run every widget's callback, of all pages and components, uninterrupted, and those of a tab one request after the other.

    ``tell`` gets the typed error of a callback that raises one; Streamlit shows a traceback instead of the page.
    Call it once in a process; further calls change nothing.
    """
    plain = SafeSessionState.on_script_will_rerun
    if getattr(plain, _MARK, False):
        return

    @functools.wraps(plain)
    def on_script_will_rerun(self: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        with _ignoring_requests(self), _after_older_callbacks(self):
            try:
                plain(self, *args, **kwargs)
            except GreenroomError as error:
                tell(error)

    setattr(on_script_will_rerun, _MARK, True)
    SafeSessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]


@contextmanager
def _after_older_callbacks(safe: SafeSessionState) -> Iterator[None]:
    """Wait until the callbacks of the tab's older requests are done, at most :data:`LONGEST_WAIT_S`."""
    own = _locks.setdefault(id(safe._state), _CallbackLock())
    object.__setattr__(safe, "_greenroom_callback_lock", own)  # lives as long as the run
    held = own.lock.acquire(timeout=LONGEST_WAIT_S)
    try:
        yield
    finally:
        if held:
            own.lock.release()


@contextmanager
def _ignoring_requests(safe: Any) -> Iterator[None]:
    """Keep the script runner from looking for newer requests, which it does while it believes that a script runs."""
    runner = _runner(safe)
    if runner is None or not runner._execing:
        yield
        return
    runner._execing = False
    try:
        yield
    finally:
        runner._execing = True


def _runner(safe: Any) -> Any:
    """The script runner whose requests end a run; None outside of one."""
    callback = safe.__dict__.get("_yield_callback") if isinstance(safe, SafeSessionState) else None
    owner = getattr(callback, "__self__", None)
    return owner if hasattr(owner, "_execing") else None


def triggered(key: str, event: str) -> Any:
    """What the component with this key sent with the event; for the event's callback.

    Session state has it under the key. If the event arrives together with another page, as after a reload on a busy machine,
    Streamlit drops that entry and runs the callback all the same: then it is read from the request.
    """
    held = fields.value(key)
    return _in_request(key, event) if held is None else held[event]


def _in_request(key: str, event: str) -> Any:
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    widgets = context.session_state._state._new_widget_state
    for widget_id in [one for one, kind in widgets.widget_metadata.items() if kind.value_type == "json_trigger_value"]:
        for sent in widgets.get(widget_id) or () if f"-{key}__" in widget_id else ():
            if sent.get("event") == event:
                return sent.get("value")
    return None
