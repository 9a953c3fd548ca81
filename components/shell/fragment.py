"""Page fragments that show typed errors as messages. Streamlit's own show a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from components.shell import error_text
from greenroom.errors import GreenroomError

P = ParamSpec("P")


def fragment(draw: Callable[P, None], *, every_s: float | None = None) -> Callable[P, None]:
    """``draw`` as a fragment, redrawn every ``every_s`` seconds and when one of its widgets changes; shows typed errors."""

    @wraps(draw)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except GreenroomError as error:
            error_text.draw(error)

    return st.fragment(told, run_every=every_s)


def refreshed(every_s: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """:func:`fragment` as a decorator, for what is redrawn every ``every_s`` seconds."""
    return lambda draw: fragment(draw, every_s=every_s)
