"""Processes that may use a part of a core each, so that a small machine shows what more of them carry. Linux control groups."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 20_000


@contextlib.contextmanager
def cpu_quota(processes: Sequence[psutil.Process], cores: float) -> Iterator[bool]:
    """Each process within a limit of its own inside the block; False where this machine doesn't let us."""
    with contextlib.ExitStack() as ends:
        try:
            for number, process in enumerate(processes):
                ends.enter_context(_limited(process, f"greenroom-bench-{process.pid}-{number}", cores))
        except OSError:
            ends.close()
            yield False
            return
        yield True


@contextlib.contextmanager
def _limited(process: psutil.Process, name: str, cores: float) -> Iterator[None]:
    first = (GROUPS / "cpu").is_dir()
    parent = GROUPS / "cpu" if first else GROUPS
    group, quota = parent / name, round(cores * PERIOD_US)
    group.mkdir()
    try:
        if first:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD_US}")
        (group / "cgroup.procs").write_text(str(process.pid))
        yield
    finally:
        with contextlib.suppress(OSError):
            (parent / "cgroup.procs").write_text(str(process.pid))
        group.rmdir()
