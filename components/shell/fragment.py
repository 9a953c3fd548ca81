"""Parts of a page that are drawn again without the rest. Streamlit shows what they raise as a traceback; here it is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from components.shell import formatting
from greenroom.errors import GreenroomError

P = ParamSpec("P")


def fragment(draw: Callable[P, None], *, every_s: float | None = None) -> Callable[P, None]:
    """``draw`` as a fragment, drawn again ``every_s`` seconds and when a widget in it changes; typed errors stand in it."""

    @wraps(draw)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except GreenroomError as error:
            st.error(formatting.problem(error), icon=":material/error:")

    return st.fragment(told, run_every=every_s)


def refreshed(every_s: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """:func:`fragment` as a decorator, of what is drawn again every ``every_s`` seconds."""
    return lambda draw: fragment(draw, every_s=every_s)
