"""Sounds of lines that every call of an agent begins with, such as its greeting: rendered once, not at each launch."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from greenroom.twin.seat import Pcm

#: 43 seconds of speech: the greetings and reminders of a few agents.
MOST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class KnownLine:
    """What decides how a line sounds. ``voice``: the offline voice's id."""

    voice: str
    speed: float
    text: str


class KnownLines:
    """The sounds that were used last, in :data:`MOST_BYTES` at most. Use it on one event loop."""

    def __init__(self) -> None:
        self._sounds: OrderedDict[KnownLine, Pcm] = OrderedDict()
        self._bytes = 0

    def find(self, line: KnownLine) -> Pcm | None:
        """The sound, if it is still kept."""
        if line in self._sounds:
            self._sounds.move_to_end(line)
        return self._sounds.get(line)

    def keep(self, line: KnownLine, sound: Pcm) -> None:
        """Keep a sound, which nobody may change from now on, in the place of those that weren't used for longest."""
        self._bytes += sound.nbytes - (self._sounds.pop(line).nbytes if line in self._sounds else 0)
        sound.flags.writeable = False
        self._sounds[line] = sound
        while self._bytes > MOST_BYTES:
            self._bytes -= self._sounds.popitem(last=False)[1].nbytes
