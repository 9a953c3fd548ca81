"""Run callbacks to completion without interruption by newer requests.

Streamlit ends a run at the next look at session state as soon as a newer request is there, in the middle of a callback too, and
does not repeat what was cut off: a paid agent would be launched and its ticket lost. This is the only file that knows the private
parts of Streamlit which decide that; a test guards them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state.safe_session_state import SafeSessionState

P = ParamSpec("P")
R = TypeVar("R")

_MARK = "_greenroom_uninterrupted"


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Nothing inside is cut off by a newer request; that one begins when the run looks for it next."""
    context = get_script_run_ctx(suppress_warning=True)
    with _unasked(None if context is None else context.session_state):
        yield


def whole(work: Callable[P, R]) -> Callable[P, R]:
    """The same function, uninterrupted."""

    @functools.wraps(work)
    def done(*args: P.args, **kwargs: P.kwargs) -> R:
        with uninterrupted():
            return work(*args, **kwargs)

    return done


def protect_callbacks() -> None:
    """Run every widget's callback, of all pages and components, uninterrupted. Once in a process; more often changes nothing."""
    plain = SafeSessionState.on_script_will_rerun
    if getattr(plain, _MARK, False):
        return

    @functools.wraps(plain)
    def on_script_will_rerun(self: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        with _unasked(self):
            plain(self, *args, **kwargs)

    setattr(on_script_will_rerun, _MARK, True)
    SafeSessionState.on_script_will_rerun = on_script_will_rerun  # type: ignore[method-assign]


@contextmanager
def _unasked(safe: Any) -> Iterator[None]:
    """While the runner believes that no script runs, it does not look for newer requests."""
    runner = _runner(safe)
    if runner is None or not runner._execing:  # noqa: SLF001
        yield
        return
    runner._execing = False  # noqa: SLF001
    try:
        yield
    finally:
        runner._execing = True  # noqa: SLF001


def _runner(safe: Any) -> Any:
    """The script runner whose requests end a run; None outside of one."""
    callback = safe.__dict__.get("_yield_callback") if isinstance(safe, SafeSessionState) else None
    owner = getattr(callback, "__self__", None)
    return owner if hasattr(owner, "_execing") else None
