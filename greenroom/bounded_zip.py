"""Reads members of a zip that anyone may have made: bounded before anything is unpacked, in memory and in time."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

#: Members of ours are few; a directory of thousands costs memory before the first of them is read.
MEMBERS_MAX = 64
_DIRECTORY_MAX = 64 * 1024
#: Text packs 3 to 20 times; what packs far better is made to fill memory. Small members may pack as well as they like.
_RATIO_MAX, _SMALL = 100, 256 * 1024
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_END, _END_SIZE, _COMMENT_MAX = b"PK\x05\x06", 22, 65_535


class UnreadableZip(ValueError):
    """Not a zip, damaged, encrypted, or built to be expensive. The message says which."""


@contextmanager
def opened(data: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive. Whatever is the zip's fault while it is open is raised as UnreadableZip; a RuntimeError is a password."""
    if _directory_bytes(data) > _DIRECTORY_MAX:
        raise UnreadableZip("it lists too many files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MEMBERS_MAX:
                raise UnreadableZip("it lists too many files")
            yield archive
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise UnreadableZip("it is damaged, encrypted or not a zip") from error


def member(archive: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    """The content of a member of at most ``most`` bytes; None when there is none. Raises UnreadableZip."""
    same_name = [info for info in archive.infolist() if info.filename == name]
    if not same_name:
        return None
    info = same_name[0]
    if len(same_name) > 1:
        raise UnreadableZip(f"{name} is in it twice")
    if info.compress_type not in _METHODS:
        raise UnreadableZip(f"{name} is packed by a method other than Deflate")
    if info.file_size > most:
        raise UnreadableZip(f"{name} is larger than {most // 1024**2} MB")
    if info.file_size > _SMALL and info.file_size > _RATIO_MAX * info.compress_size:
        raise UnreadableZip(f"{name} unpacks to far more than it is")
    with archive.open(info) as file:
        data = file.read(most + 1)
    if len(data) != info.file_size:
        raise UnreadableZip(f"{name} has another size than the zip says")
    return data


def _directory_bytes(data: bytes) -> int:
    """How long the list of members says it is; 0 when there is no list, which the reader finds out by itself."""
    end = data.rfind(_END, max(0, len(data) - _END_SIZE - _COMMENT_MAX))
    return int.from_bytes(data[end + 12 : end + 16], "little") if end >= 0 else 0
