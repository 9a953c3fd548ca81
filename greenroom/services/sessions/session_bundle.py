"""A session bundle: a zip with ``session.json``, ``agent.json`` and, if recorded, ``recording.webm``.

Bundles are untrusted input: sizes are limited before unpacking, only these three names are read, and every value is
validated. Whoever a bundle names is marked as imported, so that no file speaks for an account, a key or a link of this studio.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Annotated, Any

from msgspec import Meta

from greenroom import bounded_zip, outside_json
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings, VersionId
from greenroom.model.bundle import Bundle
from greenroom.model.principal import LOCAL_USER
from greenroom.model.review import BEST, NOTE_MAX, TAG_MAX, WORST, NoteId, Review, ReviewNote
from greenroom.model.session import (
    IMPORTED,
    STUDIO,
    AppliedVersion,
    Caller,
    EndReason,
    Event,
    Origin,
    Place,
    Session,
    SessionId,
    Speaker,
    Turn,
    TurnSource,
)
from greenroom.outside_json import Shape
from greenroom.redaction import SECRETS
from greenroom.services.agents.agent_files import UnreadableAgentFile, document, to_json, understand
from greenroom.services.agents.agent_names import one_line
from greenroom.services.sessions.bundle_dates import require_plausible
from greenroom.services.sessions.bundled_calls import BundledCall, call_of, clipped

FORMAT = 1
SESSION, AGENT, RECORDING = "session.json", "agent.json", "recording.webm"
#: Unpacked; a session of 72 hours has some megabytes of text and 2 GB of sound, one that is mailed around has less.
TEXT_MAX, AGENT_MAX, SOUND_MAX = 32 * 1024**2, 4 * 1024**2, 512 * 1024**2
MOST_LINES, MOST_NOTES, MOST_TAGS, MOST_STAGES = 20_000, 1_000, 50, 50
#: Values of all kinds in one document, far above MOST_LINES turns and events; each costs some 100 bytes of memory.
MOST_VALUES = 600_000
#: Fields that belong to the machine the session ran on, or follow from the others; settings are written without secrets.
_NOT_SENT = frozenset(
    {"owner", "last_seen_at", "agent_stopped", "turn_count", "median_latency_ms", "rating", "overrides", "applied_version"}
)
MOST_APPLIED = 500
_MARK = "(imported)"
#: Part of addresses and names of files.
_Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9]{1,64}\Z")]
_VersionNumber = Annotated[int, Meta(ge=0, le=1_000_000)]
_Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
#: A moment of a call, and a latency, in milliseconds.
_CallMs = Annotated[int, Meta(ge=0, le=80 * 3600 * 1000)]
_LatencyMs = Annotated[int, Meta(ge=0, le=3600 * 1000)]
_Uid = Annotated[int, Meta(ge=0, le=2**32)]


class _BundledSession(Shape, frozen=True):
    id: _Id
    agent_id: _Id
    version_id: _Id
    version_number: _VersionNumber
    place: Place
    user_uid: _Uid
    agent_uid: _Uid
    created_at: datetime
    ended_at: datetime
    end_reason: EndReason
    started_at: datetime | None = None
    agent_name: str = ""
    channel: str = ""
    person: str = ""
    agora_agent_id: str = ""
    end_detail: str = ""
    origin: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")] = STUDIO
    caller: Caller = "browser"
    principal: str = LOCAL_USER.id
    overrides: dict[str, Any] = {}


class _BundledVersion(Shape, frozen=True):
    id: _Id
    number: _VersionNumber
    applied_at: datetime
    settings: dict[str, Any]


class _BundledTurn(Shape, frozen=True):
    turn_id: _Number
    speaker: Speaker
    started_ms: _CallMs
    ended_ms: _CallMs
    source: TurnSource
    text: str = ""
    interrupted: bool = False
    latency_ms: _LatencyMs | None = None
    stages: Annotated[dict[str, _LatencyMs], Meta(max_length=MOST_STAGES)] = {}
    version_number: _VersionNumber | None = None


class _BundledEvent(Shape, frozen=True):
    at_ms: _CallMs
    kind: str = ""
    detail: str = ""


class _Note(Shape, frozen=True):
    id: _Id
    written_at: datetime
    text: str = ""
    at_ms: _CallMs | None = None
    author: str = ""


class _Document(Shape, frozen=True):
    session: _BundledSession
    transcript: Annotated[list[_BundledTurn], Meta(max_length=MOST_LINES)] = []
    events: Annotated[list[_BundledEvent], Meta(max_length=MOST_LINES)] = []
    tool_calls: Annotated[list[BundledCall], Meta(max_length=MOST_LINES)] = []
    notes: Annotated[list[_Note], Meta(max_length=MOST_NOTES)] = []
    tags: Annotated[list[Annotated[str, Meta(min_length=1, max_length=TAG_MAX)]], Meta(max_length=MOST_TAGS)] = []
    rating: Annotated[int, Meta(ge=WORST, le=BEST)] | None = None
    applied: Annotated[list[_BundledVersion], Meta(max_length=MOST_APPLIED)] = []


class InvalidSessionBundle(GreenroomError):
    """A file that can't be imported as a session."""

    advice = "Choose a session bundle exported from Greenroom (session page, Export)."


def pack(bundle: Bundle) -> bytes:
    """Audio is stored uncompressed because Opus doesn't compress further. Contains no secrets, only credential names."""
    session = {field.name: getattr(bundle.session, field.name) for field in fields(Session) if field.name not in _NOT_SENT}
    content = {
        "greenroom_session": FORMAT,
        "session": {**session, "overrides": _sent_settings(bundle.session.overrides)},
        "applied": [{**asdict(version), "settings": _sent_settings(version.settings)} for version in bundle.applied],
        "transcript": [asdict(turn) for turn in bundle.turns],
        "events": [asdict(event) for event in bundle.events],
        "tool_calls": [asdict(call) for call in bundle.tool_calls],
        "rating": bundle.review.rating,
        "tags": list(bundle.review.tags),
        "notes": [asdict(note) for note in bundle.review.notes],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        plain = SECRETS.json(content)
        archive.writestr(SESSION, json.dumps(plain, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat()))
        archive.writestr(AGENT, to_json(bundle.session.agent_name, bundle.settings))
        if bundle.sound is not None:
            archive.writestr(zipfile.ZipInfo(RECORDING), bundle.sound, zipfile.ZIP_STORED)
    return out.getvalue()


def _sent_settings(settings: Settings) -> dict[str, Any]:
    """Without secrets, as in an agent file."""
    return document("", settings)["settings"]


def _settings(settings: dict[str, Any]) -> Settings:
    return understand(json.dumps({**document("", {}), "settings": settings})).settings


def unpack(data: bytes, now: datetime) -> Bundle:
    """Raises InvalidSessionBundle, or UnreadableAgentFile for its agent. ``now``: no session is from the future."""
    try:
        with bounded_zip.opened(data) as archive:
            content = _document(_member(archive, SESSION, TEXT_MAX))
            agent = understand(_member(archive, AGENT, AGENT_MAX).decode())
            sound = bounded_zip.member(archive, RECORDING, SOUND_MAX)
        if sum(len(json.dumps(version.settings)) for version in content.applied) > AGENT_MAX:
            raise ValueError("the settings of the applied versions are too long")
        session = _session(content.session)
        applied = tuple(map(_applied, content.applied))
        notes = tuple(map(_note, content.notes))
        require_plausible(session, applied, notes, now)
        return Bundle(
            session=session,
            settings=agent.settings,
            turns=tuple(map(_turn, content.transcript)),
            events=tuple(Event(line.at_ms, clipped(line.kind, 60), clipped(line.detail, 2000)) for line in content.events),
            review=Review(content.rating, tuple(dict.fromkeys(content.tags)), notes),
            sound=sound,
            applied=applied,
            tool_calls=tuple(map(call_of, content.tool_calls)),
        )
    except bounded_zip.UnreadableZip as error:
        raise InvalidSessionBundle(f"Couldn't import this zip: {error}.") from error
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InvalidSessionBundle(f"Couldn't read the session in this bundle: {str(error)[:200]}.") from error


def _member(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    data = bounded_zip.member(archive, name, most)
    if data is None:
        raise InvalidSessionBundle(f"{name} is missing from this bundle.")
    return data


def _document(raw: bytes) -> _Document:
    parsed = outside_json.read(raw, dict[str, Any], most_values=MOST_VALUES)
    if parsed.get("greenroom_session") != FORMAT:
        raise InvalidSessionBundle("This zip isn't a session bundle, or a newer Greenroom created it.")
    return outside_json.fit(parsed, _Document)


def _session(bundled: _BundledSession) -> Session:
    return Session(
        id=SessionId(bundled.id),
        agent_id=AgentId(bundled.agent_id),
        agent_name=one_line(bundled.agent_name)[:80].strip() or "Imported",
        version_id=VersionId(bundled.version_id),
        version_number=bundled.version_number,
        place=bundled.place,
        channel=clipped(bundled.channel, 64),
        user_uid=bundled.user_uid,
        agent_uid=bundled.agent_uid,
        state="ended",
        created_at=_utc(bundled.created_at),
        person=_imported(bundled.person, 80) if bundled.person else "",
        agora_agent_id=clipped(bundled.agora_agent_id, 128),
        started_at=None if bundled.started_at is None else _utc(bundled.started_at),
        ended_at=_utc(bundled.ended_at),
        end_reason=bundled.end_reason,
        end_detail=clipped(bundled.end_detail, 500),
        owner=IMPORTED,
        agent_stopped=True,
        origin=Origin(bundled.origin),
        caller=bundled.caller,
        principal=_imported(bundled.principal, 120),
        overrides=_settings(bundled.overrides),
    )


def _applied(bundled: _BundledVersion) -> AppliedVersion:
    return AppliedVersion(VersionId(bundled.id), bundled.number, _utc(bundled.applied_at), _settings(bundled.settings))


def _turn(bundled: _BundledTurn) -> Turn:
    return Turn(
        turn_id=bundled.turn_id,
        speaker=bundled.speaker,
        text=clipped(bundled.text, 20_000),
        started_ms=bundled.started_ms,
        ended_ms=bundled.ended_ms,
        source=bundled.source,
        interrupted=bundled.interrupted,
        latency_ms=bundled.latency_ms,
        stages={stage[:60]: ms for stage, ms in bundled.stages.items()},
        version_number=bundled.version_number,
    )


def _note(bundled: _Note) -> ReviewNote:
    author = _imported(bundled.author, 80)
    return ReviewNote(NoteId(bundled.id), clipped(bundled.text, NOTE_MAX), bundled.at_ms, _utc(bundled.written_at), author)


def _imported(name: str, most: int) -> str:
    """A name out of a file. Marked once, however often the session travels."""
    plain = one_line(name)[:most].removesuffix(_MARK).strip()
    return f"{plain[: most - len(_MARK) - 1]} {_MARK}".lstrip()


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


__all__ = ["InvalidSessionBundle", "UnreadableAgentFile", "pack", "unpack"]
