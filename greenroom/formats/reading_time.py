"""Bounds the computing time of reading one text, whatever is in it: readers look at the time between their steps.

The time is that of the thread, so that a busy machine reads what an idle one does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from greenroom.formats.document import KnownText

#: For one text, in seconds. A sound one of a million characters takes a few tenths.
LIMIT_S = 1.2
#: When the thread's time for the text is over; infinite while none is read.
_END: ContextVar[float] = ContextVar("reading ends", default=float("inf"))


class TooSlow(KnownText):
    """The text takes too long to read: it repeats what is slow to look at, as no agent does."""

    advice = "Paste only the part that contains the agent."


@contextmanager
def bounded_reading() -> Iterator[None]:
    """Give what is read inside LIMIT_S; within another text, the rest of that text's time."""
    token = _END.set(min(_END.get(), time.thread_time() + LIMIT_S))
    try:
        yield
    finally:
        _END.reset(token)


def time_left() -> float:
    """Seconds until the time is over; infinite outside of :func:`bounded_reading`."""
    return _END.get() - time.thread_time()


def require_time() -> None:
    """Raise TooSlow if the time is over."""
    if time_left() <= 0:
        raise TooSlow("This text takes too long to read.")
