"""Gives memory that loading has used and freed back to the system."""

from __future__ import annotations

import contextlib
import ctypes


def return_freed_memory() -> None:
    """Blocks for some milliseconds. Does nothing where the C library isn't glibc."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
