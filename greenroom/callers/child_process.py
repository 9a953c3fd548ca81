"""Waits for child processes to end."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process


async def until_ended(child: Process, within_s: float) -> None:
    """Wait for a process that was asked to end; kill it if it takes longer than ``within_s`` seconds."""
    try:
        async with asyncio.timeout(within_s):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
