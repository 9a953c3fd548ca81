"""A session as a zip that another machine takes in: ``session.json``, ``agent.json`` and, if it was recorded, ``recording.webm``.

What is read comes from anywhere: sizes are limited before anything is unpacked, only these three names are looked at, and
every value is checked.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any, TypeVar, get_args

from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, VersionId
from greenroom.model.bundle import Bundle
from greenroom.model.review import BEST, NOTE_MAX, TAG_MAX, WORST, NoteId, Review, ReviewNote
from greenroom.model.session import EndReason, Event, Place, Session, SessionId, Speaker, Turn, TurnSource
from greenroom.services.agents.agent_files import UnreadableAgentFile, to_json, understand

FORMAT = 1
SESSION, AGENT, RECORDING = "session.json", "agent.json", "recording.webm"
#: Unpacked; a session of 72 hours has some megabytes of text and 2 GB of sound, one that is mailed around has less.
TEXT_MAX, SOUND_MAX = 32 * 1024**2, 512 * 1024**2
MOST_LINES = 20_000
#: What of a session belongs to the machine it ran on, or follows from the rest.
_NOT_SENT = frozenset({"owner", "last_seen_at", "agent_stopped", "turn_count", "median_latency_ms", "rating"})
_T = TypeVar("_T")


class InvalidSessionBundle(GreenroomError):
    advice = "Choose a zip that Greenroom has made of a session (its page, Take it out)."


def pack(bundle: Bundle) -> bytes:
    """Sound is stored as it is, since Opus packs no further. No secret is in it: settings name credentials only."""
    session = {field.name: getattr(bundle.session, field.name) for field in fields(Session) if field.name not in _NOT_SENT}
    document = {
        "greenroom_session": FORMAT,
        "session": session,
        "transcript": [{**asdict(turn), "stages": dict(turn.stages)} for turn in bundle.turns],
        "events": [asdict(event) for event in bundle.events],
        "rating": bundle.judgement.rating,
        "tags": list(bundle.judgement.tags),
        "notes": [asdict(note) for note in bundle.judgement.notes],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SESSION, json.dumps(document, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat()))
        archive.writestr(AGENT, to_json(bundle.session.agent_name, bundle.settings))
        if bundle.sound is not None:
            archive.writestr(zipfile.ZipInfo(RECORDING), bundle.sound, zipfile.ZIP_STORED)
    return out.getvalue()


def unpack(data: bytes) -> Bundle:
    """Raises NotABundle, or NotUnderstood for its agent."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            document = json.loads(_member(archive, SESSION, TEXT_MAX))
            agent = understand(_member(archive, AGENT, TEXT_MAX).decode())
            sound = _member(archive, RECORDING, SOUND_MAX) if RECORDING in names else None
        if not isinstance(document, dict) or document.get("greenroom_session") != FORMAT:
            raise InvalidSessionBundle("This zip is not a session, or is one of a newer Greenroom.")
        session = _session(_mapping(document, "session"))
        return Bundle(
            session=session,
            settings=agent.settings,
            turns=tuple(_turn(line) for line in _lines(document, "transcript")),
            events=tuple(_event(line) for line in _lines(document, "events")),
            judgement=_judgement(document),
            sound=sound,
        )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:  # a password
        raise InvalidSessionBundle("This file is not a zip that can be read.") from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidSessionBundle(f"The session in it cannot be read: {str(error)[:200]}.") from error


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with archive.open(name) as file:
            data = file.read(most + 1)
    except KeyError:
        raise InvalidSessionBundle(f"There is no {name} in it.") from None
    if len(data) > most:
        raise InvalidSessionBundle(f"{name} is larger than {most // 1024**2} MB.")
    return data


def _session(said: Mapping[str, Any]) -> Session:
    return Session(
        id=SessionId(_ident(said, "id")),
        agent_id=AgentId(_ident(said, "agent_id")),
        agent_name=_text(said, "agent_name", 80) or "Imported",
        version_id=VersionId(_ident(said, "version_id")),
        version_number=_whole(said, "version_number", 1_000_000),
        place=_one_of(said, "place", get_args(Place)),
        channel=_text(said, "channel", 64),
        user_uid=_whole(said, "user_uid", 2**32),
        agent_uid=_whole(said, "agent_uid", 2**32),
        state="ended",
        created_at=_needed(_moment(said, "created_at"), "created_at"),
        person=_text(said, "person", 80),
        agora_agent_id=_text(said, "agora_agent_id", 128),
        started_at=_moment(said, "started_at"),
        ended_at=_needed(_moment(said, "ended_at"), "ended_at"),
        end_reason=_one_of(said, "end_reason", get_args(EndReason)),
        end_detail=_text(said, "end_detail", 500),
        owner="imported",
        agent_stopped=True,
    )


def _turn(said: Mapping[str, Any]) -> Turn:
    latency = said.get("latency_ms")
    stages = {str(name)[:60]: _whole({"ms": ms}, "ms") for name, ms in list(_mapping(said, "stages").items())[:50]}
    return Turn(
        turn_id=_whole(said, "turn_id"),
        speaker=_one_of(said, "speaker", get_args(Speaker)),
        text=_text(said, "text", 20_000),
        started_ms=_whole(said, "started_ms"),
        ended_ms=_whole(said, "ended_ms"),
        source=_one_of(said, "source", get_args(TurnSource)),
        interrupted=said.get("interrupted") is True,
        latency_ms=None if latency is None else _whole(said, "latency_ms"),
        stages=stages,
    )


def _event(said: Mapping[str, Any]) -> Event:
    return Event(_whole(said, "at_ms"), _text(said, "kind", 60), _text(said, "detail", 2000))


def _judgement(document: Mapping[str, Any]) -> Review:
    rating = document.get("rating")
    if rating is not None and not (isinstance(rating, int) and WORST <= rating <= BEST):
        raise ValueError("rating is no number of stars")
    tags = document.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) and 0 < len(tag) <= TAG_MAX for tag in tags):
        raise ValueError("tags are no tags")
    return Review(rating, tuple(dict.fromkeys(tags)), tuple(_note(line) for line in _lines(document, "notes")))


def _note(said: Mapping[str, Any]) -> ReviewNote:
    at_ms = said.get("at_ms")
    return ReviewNote(
        NoteId(_ident(said, "id")),
        _text(said, "text", NOTE_MAX),
        None if at_ms is None else _whole(said, "at_ms"),
        _needed(_moment(said, "written_at"), "written_at"),
    )


def _lines(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = said.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_LINES or not all(isinstance(line, dict) for line in found):
        raise ValueError(f"{name} is no list of lines")
    return found


def _mapping(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name, {})
    if not isinstance(found, dict):
        raise ValueError(f"{name} is no object")
    return found


def _text(said: Mapping[str, Any], name: str, most: int) -> str:
    found = said.get(name, "")
    if not isinstance(found, str):
        raise ValueError(f"{name} is no text")
    return found.replace("\x00", "")[:most]


def _ident(said: Mapping[str, Any], name: str) -> str:
    """Part of addresses and names of files."""
    found = said.get(name)
    if not isinstance(found, str) or not found.isascii() or not found.isalnum() or len(found) > 64:
        raise ValueError(f"{name} is no id")
    return found


def _whole(said: Mapping[str, Any], name: str, most: int = 2**53) -> int:
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found) or not 0 <= found <= most:
        raise ValueError(f"{name} is no whole number of at least 0")
    return int(found)


def _moment(said: Mapping[str, Any], name: str) -> datetime | None:
    found = said.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise ValueError(f"{name} is no time")
    moment = datetime.fromisoformat(found)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _one_of(said: Mapping[str, Any], name: str, known: tuple[Any, ...]) -> Any:
    if said.get(name) not in known:
        raise ValueError(f"{name} is unknown")
    return said[name]


def _needed(value: _T | None, name: str) -> _T:
    if value is None:
        raise ValueError(f"{name} is missing")
    return value


__all__ = ["InvalidSessionBundle", "UnreadableAgentFile", "pack", "unpack"]
