"""A channel: its participants, their streams, and the events between them. Independent of browsers and agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from greenroom.twin.edge.stream import Kind, Stream
from greenroom.twin.seat import Uid


class Participant(Protocol):
    """A participant of a channel. The methods are events about the others and must not raise."""

    @property
    def uid(self) -> Uid:
        """Unique in the channel: 1..4294967295, or a string."""
        ...

    @property
    def number(self) -> int:
        """The integer that goes with a string uid; the uid itself otherwise."""
        ...

    @property
    def visible(self) -> bool:
        """False for the audience of a live broadcast, which the others do not see."""
        ...

    @property
    def streams(self) -> dict[Kind, Stream]:
        """What they publish, by kind."""
        ...

    def arrived(self, other: Participant) -> None:
        """``other`` is here; ``published`` follows for each of their streams."""

    def departed(self, other: Participant, reason: str) -> None:
        """``other`` has left or became audience; ``reason`` is Agora's (Quit, ServerTimeOut, BecomeAudience)."""

    def published(self, other: Participant, stream: Stream) -> None:
        """``stream`` is among ``other.streams``. Repeated for known streams after a reconnect."""

    def unpublished(self, other: Participant, stream: Stream) -> None:
        """The stream is no longer among ``other.streams``."""

    def mute_changed(self, other: Participant, stream: Stream) -> None:
        """``stream.muted`` has changed."""

    def message(self, other: Participant, payload: bytes) -> None:
        """A data-stream message."""


class Channel:
    """The participants of one channel of one project."""

    def __init__(self, app_id: str, name: str, emptied: Callable[[Channel], None]) -> None:
        """``emptied(channel)`` is called when the last participant has left."""
        self.app_id = app_id
        self.name = name
        self._emptied = emptied
        self._participants: dict[Uid, Participant] = {}

    def find(self, uid: Uid) -> Participant | None:
        """The participant with this uid, of the audience too; None when the uid is free."""
        return self._participants.get(uid)

    def others(self, participant: Participant) -> list[Participant]:
        """The others that ``participant`` may see."""
        return [other for other in self._rest(participant) if other.visible]

    def enter(self, newcomer: Participant) -> None:
        """Introduce ``newcomer`` and the others to each other. The uid must be free."""
        assert newcomer.uid not in self._participants
        self._participants[newcomer.uid] = newcomer
        self.brief(newcomer)
        if newcomer.visible:
            self.show(newcomer)

    def brief(self, participant: Participant) -> None:
        """Tell ``participant`` who is here and what they publish."""
        for other in self.others(participant):
            _introduce(participant, other)

    def show(self, participant: Participant) -> None:
        """Tell the others that ``participant`` is here, and what they publish."""
        for other in self._rest(participant):
            _introduce(other, participant)

    def hide(self, participant: Participant, reason: str) -> None:
        """Tell the others that ``participant`` is gone; ``reason`` is Agora's (Quit, ServerTimeOut, BecomeAudience)."""
        for other in self._rest(participant):
            other.departed(participant, reason)

    def leave(self, leaver: Participant, reason: str) -> None:
        """Remove ``leaver`` and tell the others, with Agora's ``reason``. Forgets the channel after the last one.

        Does nothing when another participant has the uid by now.
        """
        if self._participants.get(leaver.uid) is not leaver:
            return
        if leaver.visible:
            self.hide(leaver, reason)
        del self._participants[leaver.uid]
        if not self._participants:
            self._emptied(self)

    def publish(self, publisher: Participant, stream: Stream) -> None:
        """``stream`` has been put among the publisher's streams."""
        for other in self._rest(publisher):
            other.published(publisher, stream)

    def unpublish(self, publisher: Participant, stream: Stream) -> None:
        """``stream`` has been taken from the publisher's streams: tell the others."""
        for other in self._rest(publisher):
            other.unpublished(publisher, stream)

    def mute(self, publisher: Participant, stream: Stream, muted: bool) -> None:
        """Set ``stream.muted`` and tell the others, if that is a change."""
        if stream.muted != muted:
            stream.muted = muted
            for other in self._rest(publisher):
                other.mute_changed(publisher, stream)

    def send(self, sender: Participant, payload: bytes) -> None:
        """Forward a data-stream message to the others."""
        for other in self._rest(sender):
            other.message(sender, payload)

    def _rest(self, participant: Participant) -> Iterator[Participant]:
        return iter([other for other in self._participants.values() if other is not participant])


def _introduce(viewer: Participant, other: Participant) -> None:
    viewer.arrived(other)
    for stream in list(other.streams.values()):
        viewer.published(other, stream)


class Channels:
    """All channels in use, by project and name."""

    def __init__(self) -> None:
        self._channels: dict[tuple[str, str], Channel] = {}

    def __len__(self) -> int:
        return len(self._channels)

    def find(self, app_id: str, name: str, uid: Uid) -> Participant | None:
        """The participant with this uid in that channel."""
        channel = self._channels.get((app_id, name))
        return channel.find(uid) if channel else None

    def at(self, app_id: str, name: str) -> Channel:
        """The channel; created on first use."""
        key = app_id, name
        if key not in self._channels:
            self._channels[key] = Channel(app_id, name, self._forget)
        return self._channels[key]

    def _forget(self, channel: Channel) -> None:
        self._channels.pop((channel.app_id, channel.name), None)
