"""Shared by both token versions: little-endian fields and the grant."""

from __future__ import annotations

from dataclasses import dataclass


class BadToken(ValueError):
    """Not a token of this project. ``str(error)`` says why, without quoting it."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows. Times are Unix seconds; ``uid`` is ``""`` when any uid may use it."""

    app_id: str
    issued_at: int
    expires_at: int
    channel: str
    uid: str
    privileges: dict[int, int]
    rtm_user: str | None


class TokenReader:
    """Reads little-endian fields from bytes; raises :class:`BadToken` when they run out."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def rest(self) -> bytes:
        """What has not been read yet; doesn't move on."""
        return self._raw[self._at :]

    def u16(self) -> int:
        return int.from_bytes(self._take(2), "little")

    def u32(self) -> int:
        return int.from_bytes(self._take(4), "little")

    def string(self) -> bytes:
        """Bytes after their length, a little-endian 16-bit number."""
        return self._take(self.u16())

    def text(self) -> str:
        """A :meth:`string` as UTF-8. Raises BadToken for other bytes."""
        try:
            return self.string().decode()
        except UnicodeDecodeError:
            raise BadToken("the token is not intact") from None

    def _take(self, count: int) -> bytes:
        piece = self._raw[self._at : self._at + count]
        if len(piece) < count:
            raise BadToken("the token is cut off")
        self._at += count
        return piece
