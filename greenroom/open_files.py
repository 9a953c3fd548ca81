"""How many files and sockets this process may have open at a time."""

from __future__ import annotations

import contextlib

from greenroom.errors import CannotServe

#: What a server asks for: the most that the system grants. macOS starts programs with 256, Linux with 1,024.
_WANTED = (65_536, 10_240, 4_096)
#: With fewer, hardly anyone could connect beside what the server itself needs.
LEAST_FILES = 256
_NO_LIMIT = 1 << 30
_ADVICE = "Raise the hard limit: LimitNOFILE= in systemd, --ulimit nofile=4096 in Docker, or /etc/security/limits.conf."


def allow_many_files() -> None:
    """Raise this process's limit as far as the system lets it, for those it starts, too. Raises CannotServe if it is too low."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= hard < LEAST_FILES:
        raise CannotServe(f"It may open only {hard} files and connections at a time and needs {LEAST_FILES}.", advice=_ADVICE)
    for wanted in _WANTED:
        asked = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        if soft == resource.RLIM_INFINITY or asked <= soft:
            return
        with contextlib.suppress(OSError, ValueError):  # macOS refuses more than it has
            resource.setrlimit(resource.RLIMIT_NOFILE, (asked, hard))
            return


def most_open_files() -> int:
    """The present limit."""
    try:
        import resource
    except ImportError:
        return _NO_LIMIT
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _NO_LIMIT if soft == resource.RLIM_INFINITY else soft
