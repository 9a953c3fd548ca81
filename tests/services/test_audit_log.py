"""The audit log: what is kept, who is named, what repeats, search, CSV and pruning; on both databases."""

from __future__ import annotations

import csv
import io
import threading
from dataclasses import replace
from datetime import timedelta
from operator import attrgetter

import pytest

from greenroom import services as door
from greenroom.access.audited import AUDITED, subject_of
from greenroom.access.members import Members
from greenroom.catalog.templates import AVA
from greenroom.errors import NotAllowed, StoreUnavailable
from greenroom.model.audit import AUDIT_KINDS, AuditQuery
from greenroom.services.team import audit_log
from tests.services.conftest import Harness

pytestmark = pytest.mark.unit

ANN = Members.read("ann@firm.example", "", "").member("ann@firm.example")


@pytest.fixture
def acting(harness: Harness):
    """The services as Ann, an admin, uses them."""
    assert ANN is not None
    return door._behind_guards(harness.services, lambda: ANN)


def entries(harness: Harness, **query: object) -> list[tuple[str, str, str, int]]:
    found = harness.services.audit.page(AuditQuery(**query), 0, 100)  # type: ignore[arg-type]
    return [(one.actor, one.action, one.subject, one.times) for one in found]


def test_what_a_member_does_is_kept_with_its_subject(harness: Harness, acting: door.Services) -> None:
    agent = acting.agents.create(AVA, "Reception")
    acting.agents.rename(agent.id, "Front desk")
    acting.agents.archive(agent.id)
    assert entries(harness) == [
        ("ann@firm.example", "agents.archive", agent.id, 1),
        ("ann@firm.example", "agents.rename", agent.id, 1),
        ("ann@firm.example", "agents.create", agent.id, 1),
    ]


def test_what_a_member_does_to_a_part_of_a_service_is_kept_too(harness: Harness, acting: door.Services) -> None:
    suites = acting.rehearsals.suites
    suite = suites.create(acting.agents.default().id, "Demo")
    suites.save(suite.id, suite.text, suites.get(suite.id).revision)
    suites.delete(suite.id)
    assert [(action, subject) for _, action, subject, _ in entries(harness)] == [
        ("rehearsals.suites.delete", suite.id),
        ("rehearsals.suites.save", suite.id),
        ("rehearsals.suites.create", suite.id),
    ]


def test_a_deleted_comment_is_kept_as_deleted_and_by_whom(harness: Harness, acting: door.Services) -> None:
    version = acting.agents.versions.freeze(acting.agents.default().id)
    comment = acting.comments.add(version.id, "Shorter?")
    acting.comments.remove(comment.id)
    assert entries(harness)[0][:3] == ("ann@firm.example", "comments.remove", comment.id)


def test_reading_and_what_failed_is_not_kept(harness: Harness, acting: door.Services) -> None:
    acting.agents.list()
    acting.guest_links.list()
    with pytest.raises(Exception, match="no longer exists|doesn't exist|NotFound|not"):
        acting.agents.rename("nobody", "x")  # type: ignore[arg-type]
    assert entries(harness) == []


def test_a_refused_action_is_not_done_and_not_kept(harness: Harness) -> None:
    viewer = Members.read("a@b.example", "", "cy@firm.example").member("cy@firm.example")
    with pytest.raises(NotAllowed):
        door._behind_guards(harness.services, lambda: viewer).agents.create(AVA)
    assert entries(harness) == []


def test_saving_while_typing_is_one_entry(harness: Harness) -> None:
    for second in range(5):
        harness.clock.ahead_s += 60
        harness.services.audit.note("ann@firm.example", "agents.save", ("agent1", {"llm.prompt": f"secret {second}"}, second))
    harness.services.audit.note("bo@firm.example", "agents.save", ("agent1", {}, 9))
    harness.clock.ahead_s += 3600
    harness.services.audit.note("ann@firm.example", "agents.save", ("agent1", {}, 10))
    assert entries(harness) == [
        ("ann@firm.example", "agents.save", "agent1", 1),
        ("bo@firm.example", "agents.save", "agent1", 1),
        ("ann@firm.example", "agents.save", "agent1", 5),
    ]


def test_it_is_searched_by_kind_text_and_time(harness: Harness) -> None:
    note = harness.services.audit.note
    note("ann@firm.example", "agents.save", ("one",))
    note("bo@firm.example", "guest_links.create", ("50%_off",))
    assert [subject for _, _, subject, _ in entries(harness, kinds=("shared",))] == ["50%_off"]
    assert [actor for actor, *_ in entries(harness, text="ANN")] == ["ann@firm.example"]
    assert [subject for _, _, subject, _ in entries(harness, text="%_")] == ["50%_off"]
    assert entries(harness, since=harness.clock.now() + timedelta(minutes=1)) == []
    assert harness.services.audit.count(AuditQuery(text="bo@")) == 1


def test_the_table_for_spreadsheets_runs_no_formula(harness: Harness) -> None:
    harness.services.audit.note("=cmd()@firm.example", "agents.save", ("+1",))
    rows = list(csv.reader(io.StringIO(harness.services.audit.csv(AuditQuery()).decode())))
    assert rows[1][2:] == ["1", "'=cmd()@firm.example", "changed", "agents.save", "'+1"]


def test_it_is_bounded_by_age_and_by_number(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "MOST_ENTRIES", 3)
    audit = audit_log.AuditLog(harness.services.audit._store, harness.clock, keep_days=30)
    audit.tick()
    audit.note("ann@firm.example", "agents.save", ("old",))
    harness.clock.ahead_s += 31 * 24 * 3600
    for number in range(5):
        audit.note("ann@firm.example", "agents.save", (f"agent{number}",))
    audit.tick()
    assert [subject for _, _, subject, _ in entries(harness)] == ["agent4", "agent3", "agent2"]


def test_a_clock_that_was_set_wrongly_deletes_no_entry(harness: Harness) -> None:
    audit = audit_log.AuditLog(harness.services.audit._store, harness.clock, keep_days=30)
    audit.note("ann@firm.example", "agents.save", ("kept",))
    harness.clock.wall_jump_s = 365 * 24 * 3600.0
    audit.tick()
    assert [subject for _, _, subject, _ in entries(harness)] == ["kept"]


def test_an_outage_of_the_database_does_not_undo_what_was_done(harness: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*given: object) -> None:
        raise StoreUnavailable("down")

    monkeypatch.setattr(harness.services.audit._store, "add", down)
    harness.services.audit.note("ann@firm.example", "agents.save", ("one",))


def test_every_kind_is_known_and_every_action_exists(harness: Harness) -> None:
    assert set(AUDITED.values()) <= set(AUDIT_KINDS)
    for action in AUDITED:
        assert callable(attrgetter(action)(harness.services)), action


def test_a_subject_is_a_name_and_never_a_value() -> None:
    assert subject_of("credentials.store", ("OPENAI_API_KEY", "sk-secret"), {}) == "OPENAI_API_KEY"
    assert subject_of("records.delete", ("a", "b"), {}) == "a, b"
    assert subject_of("transfers.import_bundle", (b"bytes",), {}) == ""
    assert subject_of("calls.end", (), {"session_id": "s1", "reason": "user"}) == "s1"


def test_a_file_that_is_made_later_is_made_for_whoever_asked(harness: Harness) -> None:
    """Streamlit makes a download on another thread, where nobody is signed in."""
    object.__setattr__(harness.services, "config", replace(harness.config, members=Members.read("ann@firm.example", "", "")))
    here = threading.current_thread()
    door.install(harness.services)
    door.identify(lambda: ANN if threading.current_thread() is here else None)
    try:
        services, made = door.current_for_later(), []
        worker = threading.Thread(target=lambda: made.append(services.audit.csv(AuditQuery())))
        worker.start()
        worker.join()
        assert made
        assert entries(harness)[0][:2] == ("ann@firm.example", "audit.csv")
    finally:
        door._current.clear()
        door._who.clear()
        door._guarded.clear()
