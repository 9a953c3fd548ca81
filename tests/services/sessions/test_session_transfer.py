"""A session travels: out as a zip and in on another machine, and out as a page that needs nothing else."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from components.call import BUILD_DIR
from greenroom.errors import Conflict, GreenroomError, NotFound
from greenroom.model.guest_link import GuestLinkOptions
from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API, Turn
from greenroom.services.sessions import session_bundle
from greenroom.services.sessions.session_bundle import AGENT, SESSION, InvalidSessionBundle, unpack
from tests.recording.sound import webm
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit

NOBODY = "http://127.0.0.1:9"
SECRET = "sk-of-an-applied-version"
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & \" '"


@pytest.fixture
def here(tmp_path):
    return make_harness(NOBODY, tmp_path / "here")


@pytest.fixture
def there(tmp_path):
    return make_harness(NOBODY, tmp_path / "there")


@pytest.fixture
def session_id(here, tmp_path):
    """Recorded, judged, with words that would be markup."""
    session_id = here.launch()
    here.calls.record_turn(session_id, Turn(0, "agent", "Good day.", 800, 1900, source="greeting"))
    here.calls.record_turn(session_id, Turn(1, "user", EVIL, 3000, 4200))
    here.calls.record_turn(session_id, Turn(1, "agent", "Dogs are", 4900, 5600, "voice", True, 712, {"llm_ttft": 300}))
    here.calls.record_event(session_id, "agent_gone", EVIL)
    here.recordings.take(session_id, 500, 0, webm(tmp_path / "sound", 2.0).read_bytes())
    here.calls.end(session_id, "ended", "as planned")
    here.recordings.settle(session_id)
    here.reviews.rate(session_id, 4)
    here.reviews.set_tags(session_id, ["best voice"])
    here.reviews.add_note(session_id, f"too early {EVIL}", 4000)
    return session_id


def test_it_is_the_same_session_on_the_other_machine(here, there, session_id):
    there.transfers.import_bundle(here.transfers.as_zip(session_id))
    ours, theirs = here.records.get(session_id), there.records.get(session_id)
    assert theirs.turns == ours.turns
    assert theirs.events == ours.events
    assert theirs.version.settings == ours.version.settings
    assert (there.reviews.of(session_id).rating, there.reviews.of(session_id).tags) == (4, ("best voice",))
    assert [note.text for note in there.reviews.of(session_id).notes] == [note.text for note in here.reviews.of(session_id).notes]
    kept = "agent_name version_number created_at ended_at end_reason end_detail turn_count median_latency_ms"
    for name in kept.split():
        assert getattr(theirs.session, name) == getattr(ours.session, name), name
    recording = there.recordings.of(session_id)
    assert abs(recording.length_ms - here.recordings.of(session_id).length_ms) < 60
    assert recording.state == "ready"
    assert there.agents.get(theirs.session.agent_id).name == "Ava, front desk"
    there.guard.tick()  # nobody looks for an agent of it
    assert there.records.get(session_id).session.end_reason == "ended"


BO = "bo@firm.example"


def test_a_file_speaks_for_nobody_of_this_studio(here, there, session_id):
    here.reviews.add_note(session_id, "Ship it.", author=BO)
    here.reviews.add_note(session_id, "Ship it.", author=f"{BO} (imported)")
    data = changed(here.transfers.as_zip(session_id), session__principal=f"member:{BO}", session__person="Bo")
    there.transfers.import_bundle(data)
    assert {note.author for note in there.reviews.of(session_id).notes} == {"(imported)", f"{BO} (imported)"}
    session = there.session(session_id)
    assert (session.person, session.principal) == ("Bo (imported)", f"member:{BO} (imported)")


def test_a_file_stands_in_for_no_running_agent_uses_up_no_cap_and_alerts_nobody(here, twin, tmp_path, session_id):
    there = make_harness(twin.url, tmp_path / "there", max_day_s=3600)
    mine, now = there.run(), there.clock.now()
    day = held((now - timedelta(hours=2)).isoformat(), now.isoformat())
    day |= {"session__agora_agent_id": there.session(mine).agora_agent_id, "session__place": "twin"}
    there.transfers.import_bundle(changed(here.transfers.as_zip(session_id), **day))
    there.external.hang_up(there.session(mine).agora_agent_id)
    assert there.session(mine).state == "ended"
    there.calls.end(there.launch(), "ended")
    ended = there.services.alerts._store.ended_since(now - timedelta(hours=1))
    assert (len(ended), session_id in [one.id for one in ended]) == (2, False)


def test_a_file_changes_nothing_about_what_guests_get(here, there, session_id):
    """The file may name any agent of the studio, and any number for its version."""
    mine = there.agents.versions.freeze(there.agents.default().id)
    link = there.services.guest_links.create(GuestLinkOptions(agent_id=mine.agent_id))
    there.transfers.import_bundle(
        changed(here.transfers.as_zip(session_id), session__agent_id=mine.agent_id, session__version_number=9)
    )
    assert there.agents.versions.of(mine.agent_id)[0].number == 9
    assert there.services.guest_visits._version(link) == mine
    frozen = there.agents.versions.freeze(mine.agent_id)
    assert (frozen.imported, frozen.number) == (False, 10)
    assert there.agents.versions.backup(frozen.id) == mine


@pytest.fixture
def changed_during_the_call(here):
    """Launched with an override, then two versions applied; each has its turn."""
    agent = here.agents.default().id
    request = LaunchRequest(agent, origin=API, caller="external", overrides={"prompt.greeting": "Hello, Bob."})
    session_id = here.calls.launch(request).session_id
    here.sessions.attach_agent(session_id, "agent", here.clock.now())
    here.calls.record_turn(session_id, Turn(1, "agent", "First.", 0, 10))
    for number, prompt in ((2, "Second way."), (3, "Third way.")):
        draft = here.agents.draft(agent)
        here.agents.save(agent, {**draft.settings, "prompt.system": prompt, "llm.compatible.key": SECRET}, draft.revision)
        here.clock.ahead_s += 10
        here.sessions.apply_version(session_id, here.agents.versions.freeze(agent), here.clock.now())
        here.clock.ahead_s += 10
        here.calls.record_turn(session_id, Turn(number, "agent", prompt, 20_000 * number, 20_010 * number))
    here.sessions.close(session_id, "ended", "", here.clock.now())
    return session_id


def test_overrides_and_the_versions_applied_during_the_call_travel_with_it(here, there, changed_during_the_call):
    data = here.transfers.as_zip(changed_during_the_call)
    assert SECRET not in b"".join(map(zipfile.ZipFile(io.BytesIO(data)).read, (SESSION, AGENT))).decode()
    there.transfers.import_bundle(data)
    ours, theirs = here.records.get(changed_during_the_call), there.records.get(changed_during_the_call)
    assert [turn.version_number for turn in ours.turns] == [None, 2, 3]
    assert theirs.turns == ours.turns
    assert theirs.session.overrides == {"prompt.greeting": "Hello, Bob."}
    assert theirs.session.applied_version == 3
    assert theirs.settings == ours.settings
    assert theirs.version.settings["prompt.greeting"] != "Hello, Bob."
    applied = there.records.applied(changed_during_the_call)
    assert [(one.number, one.settings["prompt.system"]) for one in applied] == [(2, "Second way."), (3, "Third way.")]
    assert [one.applied_at for one in applied] == [one.applied_at for one in here.records.applied(changed_during_the_call)]


def test_applied_versions_whose_numbers_are_taken_take_their_turns_with_them(here, there, session_id, changed_during_the_call):
    there.transfers.import_bundle(here.transfers.as_zip(session_id))
    agent = there.records.get(session_id).session.agent_id
    draft = there.agents.draft(agent)
    there.agents.save(agent, {**draft.settings, "prompt.system": "Their way."}, draft.revision)
    assert there.agents.versions.freeze(agent).number == 2
    there.transfers.import_bundle(here.transfers.as_zip(changed_during_the_call))
    theirs = there.records.get(changed_during_the_call)
    assert [turn.version_number for turn in theirs.turns] == [None, 3, 4]
    assert (theirs.session.version_number, theirs.session.applied_version) == (1, 4)
    assert there.agents.versions.numbered(agent, 3).settings["prompt.system"] == "Second way."


@pytest.mark.parametrize(
    "values",
    [
        {"applied__1__number": 2},
        {"applied__1__id": "../x"},
        {"applied__1__applied_at": "2020-01-01T00:00:00"},
        {"applied__1__settings": "none"},
        {"session__overrides": []},
    ],
    ids=str,
)
def test_a_version_that_cannot_have_been_applied_is_refused(here, there, changed_during_the_call, values):
    with pytest.raises(InvalidSessionBundle):
        there.transfers.import_bundle(changed(here.transfers.as_zip(changed_during_the_call), **values))
    assert there.records.count() == 0


def test_a_second_import_is_refused_and_changes_nothing(here, there, session_id):
    data = here.transfers.as_zip(session_id)
    there.transfers.import_bundle(data)
    with pytest.raises(Conflict, match="already here"):
        there.transfers.import_bundle(data)
    with pytest.raises(Conflict):
        here.transfers.import_bundle(data)
    assert there.records.count() == 1


def test_two_sessions_of_one_version_come_to_one_agent(here, there, session_id):
    other = here.launch()
    here.calls.end(other, "ended")
    for one in (session_id, other):
        there.transfers.import_bundle(here.transfers.as_zip(one))
    assert there.records.count() == 2
    agent = there.records.get(other).session.agent_id
    assert len(there.agents.versions.of(agent)) == 1


def test_a_version_whose_number_is_taken_gets_the_next_one(here, there, session_id):
    there.transfers.import_bundle(here.transfers.as_zip(session_id))
    agent = here.records.get(session_id).session.agent_id
    for harness, prompt in ((there, "Their way."), (here, "Our way.")):
        draft = harness.agents.draft(agent)
        harness.agents.save(agent, {**draft.settings, "prompt.system": prompt}, draft.revision)
        harness.calls.end(harness.calls.launch(LaunchRequest(agent)).session_id, "ended")
    (newest, *_), _ = here.records.page(_all(), 5)
    assert newest.session.version_number == 2
    there.transfers.import_bundle(here.transfers.as_zip(newest.session.id))
    assert there.records.get(newest.session.id).session.version_number == 3
    assert there.records.get(newest.session.id).version.settings["prompt.system"] == "Our way."


def test_names_of_a_file_are_on_one_line_and_turn_no_text_around(here, there, session_id):
    odd = {"session__agent_name": "Ava \u202egnp.live\nx", "session__person": "Bo\u2066b\x07"}
    imported = there.transfers.import_bundle(changed(here.transfers.as_zip(session_id), **odd))
    assert (imported.agent_name, imported.person) == ("Ava gnp.live x", "Bo b (imported)")


def test_a_file_uses_up_no_numbers_of_an_agents_versions(here, there, session_id):
    there.transfers.import_bundle(here.transfers.as_zip(session_id))
    agent = here.records.get(session_id).session.agent_id
    far = {"session__id": "far", "session__version_id": "farVersion", "session__version_number": 1_000_000, "notes": []}
    imported = there.transfers.import_bundle(changed(here.transfers.as_zip(session_id), **far))
    assert there.records.get(imported.id).session.version_number == 2
    draft = there.agents.draft(agent)
    there.agents.save(agent, {**draft.settings, "prompt.system": "Newer."}, draft.revision)
    assert there.agents.versions.freeze(agent).number == 3


def _all():
    from greenroom.model.session_query import SessionQuery

    return SessionQuery()


def test_no_secret_travels(tmp_path, session_id, here):
    agent = here.records.get(session_id).session.agent_id
    draft = here.agents.draft(agent)
    with_key = {**draft.settings, "advanced.extra": {"llm": {"api_key": "sk-very-secret"}}}
    here.agents.save(agent, with_key, draft.revision)
    leaky = here.calls.launch(LaunchRequest(agent)).session_id
    here.calls.end(leaky, "ended")
    page = here.transfers.as_html(leaky, "export default () => {};")
    zipped = zipfile.ZipFile(io.BytesIO(here.transfers.as_zip(leaky)))
    everything = page + b"".join(zipped.read(name) for name in zipped.namelist())
    assert b"sk-very-secret" not in everything
    assert here.config.app_certificate.encode() not in everything


def test_the_page_holds_all_and_fetches_nothing(here, session_id):
    page = here.transfers.as_html(session_id, (BUILD_DIR / "timeline.js").read_text()).decode()
    assert "alert(1)</script>" not in page
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page)
    (told,) = re.findall(r'id="data">(.*?)</script>', page, re.S)
    data = json.loads(told)
    assert data["turns"][1]["text"] == EVIL
    sound = base64.b64decode(data["sound"]["address"].partition("base64,")[2])
    assert sound == here.recordings.file(session_id).read_bytes()
    for words in ("Good day.", "latency 712 ms", "best voice", "★★★★☆", "too early", "Linden House", "interrupted"):
        assert words in page


def test_the_page_says_what_happened_in_words_with_the_raw_names_on_hover(here, session_id):
    page = here.transfers.as_html(session_id, "").decode()
    facts = re.search(r'<p class="facts">(.*?)</p>', page, re.S)
    assert facts is not None
    assert "from Studio" in facts[1]
    assert "Offline twin · Ended by user (as planned)" in facts[1]
    assert '<span title="llm_ttft 300 ms">thought 300 ms</span>' in page
    assert '<tr title="agent_gone"><td>0:00</td><td>Agent left · ' in page


def test_an_unknown_session_cannot_be_taken_out(here):
    with pytest.raises(NotFound):
        here.transfers.as_zip("nobody")


# ── what comes from anywhere


def changed(data: bytes, **values) -> bytes:
    """The zip with other values in its session; a dotted name reaches inside."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = {name: archive.read(name) for name in archive.namelist()}
    document = json.loads(members[SESSION])
    for name, value in values.items():
        target, *path = document, *name.split("__")
        for step in path[:-1]:
            target = target[int(step) if step.isdigit() else step]
        target[path[-1]] = value
    members[SESSION] = json.dumps(document).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as rewritten:
        for name, content in members.items():
            rewritten.writestr(name, content)
    return out.getvalue()


def held(begun: str, ended: str) -> dict:
    return {"session__created_at": begun, "session__started_at": None, "session__ended_at": ended}


@pytest.mark.parametrize(
    "values",
    [
        {"greenroom_session": 2},
        {"session": []},
        {"session__id": "../../etc/passwd"},
        {"session__id": None},
        {"session__place": "moon"},
        {"session__ended_at": None},
        {"session__created_at": "yesterday"},
        {"session__user_uid": -1},
        {"session__end_reason": "because"},
        held("0001-01-01T00:00:00+00:00", "0001-01-01T00:01:00+00:00"),
        held("9999-12-31T23:00:00-01:00", "9999-12-31T23:59:00-01:00"),
        held("2199-01-01T00:00:00", "2199-01-01T00:01:00"),
        {"session__ended_at": "2020-01-01T00:00:00"},
        {"session__ended_at": "2098-01-01T00:00:00"},
        {"transcript__0__started_ms": 2**40},
        {"transcript__0__latency_ms": 2**31},
        {"transcript__0__turn_id": 2**40},
        {"transcript__0__stages": {str(number): 1 for number in range(60)}},
        {"tags": [str(number) for number in range(60)]},
        {"transcript": "words"},
        {"transcript__0__text": 7},
        {"transcript__0__started_ms": float("inf")},
        {"transcript__0__speaker": "ghost"},
        {"transcript__0__stages": {"llm_ttft": "soon"}},
        {"events__0__at_ms": True},
        {"rating": 9},
        {"tags": ["x" * 99]},
        {"notes__0__written_at": 5},
        {"notes__0__written_at": "0001-01-01T00:00:00Z"},
        {"notes__0__written_at": "9999-12-31T23:59:59Z"},
    ],
    ids=str,
)
def test_a_value_that_is_none_is_refused_whole(here, there, session_id, values):
    with pytest.raises(InvalidSessionBundle):
        there.transfers.import_bundle(changed(here.transfers.as_zip(session_id), **values))
    assert there.records.count() == 0


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip", bytes(1000)])
def test_a_file_that_is_no_zip_is_said_so(there, data):
    with pytest.raises(InvalidSessionBundle):
        there.transfers.import_bundle(data)


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(there):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(SESSION, bytes(64 * 1024**2))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(InvalidSessionBundle, match="larger than 32 MB"):
        there.transfers.import_bundle(out.getvalue())


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_only_deflate_is_unpacked(here, there, session_id, method):
    archive = zipfile.ZipFile(io.BytesIO(here.transfers.as_zip(session_id)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as rewritten:
        for name in archive.namelist():
            rewritten.writestr(name, archive.read(name))
    with pytest.raises(InvalidSessionBundle, match="Deflate"):
        there.transfers.import_bundle(out.getvalue())


def test_the_applied_versions_of_a_bundle_are_bounded_together(here, there, session_id, monkeypatch):
    monkeypatch.setattr(session_bundle, "AGENT_MAX", 50_000)
    began = here.records.get(session_id).session.created_at.isoformat()
    headers = {f"x{number}": f"value{number}" for number in range(100)}
    applied = [{"id": f"v{n}", "number": n, "applied_at": began, "settings": {"brain.headers": headers}} for n in range(50, 90)]
    with pytest.raises(InvalidSessionBundle, match="too long"):
        there.transfers.import_bundle(changed(here.transfers.as_zip(session_id), applied=applied))


def test_a_zip_of_a_hundred_thousand_files_is_not_opened(there):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(3000):
            archive.writestr(str(number), b"")
    with pytest.raises(InvalidSessionBundle, match="too many files"):
        there.transfers.import_bundle(out.getvalue())


@pytest.mark.parametrize(
    "hostile",
    [
        lambda: b'{"greenroom_session":1,"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        lambda: b'{"greenroom_session":1,"x":[' + b"[]," * 2_000_000 + b"[]]}",
        lambda: b'{"greenroom_session":1,"x":"' + b" " * 30_000_000 + b'"}',
        lambda: b"\xff" * 1000,
    ],
    ids=["deep", "many values", "packs too well", "no text"],
)
@pytest.mark.parametrize("member", [SESSION, AGENT])
def test_a_hostile_document_costs_little_memory_and_is_refused(here, there, session_id, hostile, member):
    archive = zipfile.ZipFile(io.BytesIO(here.transfers.as_zip(session_id)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as rewritten:
        for name in (SESSION, AGENT):
            rewritten.writestr(name, hostile() if name == member else archive.read(name))
    data = out.getvalue()
    tracemalloc.start()
    try:
        with pytest.raises(GreenroomError):
            there.transfers.import_bundle(data)
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024**2
    finally:
        tracemalloc.stop()


def test_a_long_session_is_taken_in_by_a_few_statements(here, there, session_id):
    """One by one, each turn counted all before it: 12,000 turns held the write lock for two minutes."""
    turn = {"speaker": "user", "text": "Hello.", "started_ms": 0, "ended_ms": 1, "source": "voice", "interrupted": False}
    turns = [{**turn, "turn_id": number, "latency_ms": number % 1000} for number in range(12_000)]
    events = [{"at_ms": number, "kind": "x", "detail": ""} for number in range(12_000)]
    data = changed(here.transfers.as_zip(session_id), transcript=turns, events=events)
    statements: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        there.transfers.import_bundle(data)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) < 100
    record = there.records.get(session_id)
    assert (len(record.turns), record.session.turn_count, record.session.median_latency_ms) == (12_000, 12_000, 500)


def test_a_recording_that_is_none_leaves_the_session_without_one(here, there, session_id):
    archive = zipfile.ZipFile(io.BytesIO(here.transfers.as_zip(session_id)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as rewritten:
        for name in archive.namelist():
            rewritten.writestr(name, b"noise" if name.endswith(".webm") else archive.read(name))
    there.transfers.import_bundle(out.getvalue())
    assert there.recordings.of(session_id).state == "broken"
    assert there.records.count() == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 400))
def test_a_damaged_zip_never_does_anything_but_be_refused(here, session_id, place, byte, cut):
    data = bytearray(_packed(here, session_id))
    data[place % len(data)] = byte
    with contextlib.suppress(GreenroomError):
        unpack(bytes(data[: len(data) - cut]), here.clock.now())


_kept: dict[str, bytes] = {}


def _packed(harness, session_id) -> bytes:
    if session_id not in _kept:
        _kept[session_id] = harness.transfers.as_zip(session_id)
    return _kept[session_id]
