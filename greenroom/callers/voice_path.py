"""How a caller's voice gets into a channel and the agent's out of it, whichever client of the channel does it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from greenroom.callers.transcript_reader import AgentMessage
from greenroom.speech.sound import Pcm

#: Gets the agent's samples at 48 kHz and when the first of them was heard, monotonic seconds.
OnHeard = Callable[[Pcm, float], None]
#: Gets what the microphone sent, at 16 kHz, and when its last sample went out.
OnSent = Callable[[Pcm, float], None]


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """When the first and the last sound of a line were sent, monotonic seconds."""

    began_at: float
    ended_at: float


class VoicePath(ABC):
    """``join``, then ``say`` one line at a time, then ``leave``. Raises CallerLost."""

    def __init__(self) -> None:
        #: In order; None at the end: the caller is out of the channel.
        self.messages: asyncio.Queue[AgentMessage | None] = asyncio.Queue()

    @abstractmethod
    async def join(self) -> None:
        """In the channel, with a published microphone, when it returns."""

    @abstractmethod
    async def say(self, pcm: Pcm) -> SpokenLine:
        """Returns when the last sample was sent. ``pcm`` has 48 kHz and some sound."""

    async def lost(self) -> bool:
        """Whether sound didn't get through for a while, as far as is known: silence says nothing about the agent then."""
        return False

    @abstractmethod
    async def leave(self) -> None:
        """Idempotent."""


OpenPath = Callable[[OnHeard, OnSent], VoicePath]
