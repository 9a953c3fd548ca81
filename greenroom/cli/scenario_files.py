"""Scenario files on disk: found in folders, read with what they include."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from greenroom.cli.output import BadUsage
from greenroom.rehearsal.reading import ReadFile, read
from greenroom.rehearsal.scenario import FileFault
from greenroom.services.rehearsals import recording_path

SUFFIXES = (".rehearse.yaml", ".rehearse.yml")
NO_UTF8 = "The file isn't UTF-8. Save it as UTF-8."


def paths_of(names: Sequence[str]) -> list[Path]:
    """The named files; for a folder, all scenario files in it."""
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        inside = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES)) if path.is_dir() else [path]
        if not inside:
            raise BadUsage(f"{path}: no scenario file (*.rehearse.yaml) in this folder.")
        paths += inside
    return paths


def read_file(path: Path) -> ReadFile:
    """A scenario file with what it includes, from its folder or below. ``content`` is None if it has blocking faults or names
    recordings that aren't there. Raises BadUsage if the file can't be read."""
    try:
        text = text_of(path)
    except OSError as error:
        raise BadUsage(f"{path}: {error.strerror or 'cannot be read'}.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return ReadFile(None, (FileFault(line, f"{NO_UTF8} This line has the byte 0x{error.object[error.start]:02X}."),), {})
    file = read(text, include=lambda name: _included(path.parent, name))
    return replace(file, content=None, faults=(*file.faults, *lost)) if (lost := _lost_recordings(path, file)) else file


def _lost_recordings(path: Path, file: ReadFile) -> list[FileFault]:
    """Recorded lines whose file isn't there."""
    scenarios = file.content.scenarios if file.content is not None else ()
    lines = [(one, line.audio) for one in scenarios for line in one.caller.lines if line.audio]
    return [FileFault(one.line, reason) for one, name in lines if (reason := recording_path(path.parent, name)[1])]


def _included(folder: Path, name: str) -> str:
    """A file in the same folder or below. Raises OSError."""
    wanted = (folder / name).resolve()
    if not wanted.is_relative_to(folder.resolve()):
        raise OSError("it is outside of the file's folder")
    try:
        return text_of(wanted)
    except UnicodeDecodeError:
        raise OSError("it isn't UTF-8") from None


def text_of(path: Path) -> str:
    """Raises UnicodeDecodeError: a phrase with an unreadable letter can't be found in any reply."""
    return path.read_text(encoding="utf-8-sig")
