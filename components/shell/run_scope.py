"""Values that one run of the script reads once and shares among everything it draws."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("greenroom_read_in_this_run", default=None)


@contextmanager
def one_run() -> Iterator[None]:
    """Share values within the block, which draws a page, a part of it, or a fragment. Callbacks run before it and share none."""
    if is_drawing():
        yield
        return
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def is_drawing() -> bool:
    """Whether :func:`one_run` is on: false at the start of a fragment that runs without its page."""
    return _read.get() is not None


def once(name: Hashable, read: Callable[[], T]) -> T:
    """The result of ``read``, called at most once per run; outside of a run, each time."""
    values = _read.get()
    if values is None:
        return read()
    if name not in values:
        values[name] = read()
    return values[name]
