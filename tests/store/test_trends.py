"""Figures of many sessions come from the database, equal to what a plain list of them would give, on both databases."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from statistics import mean, median

import pytest

from greenroom.model.agent import AgentId
from greenroom.model.session import Event, Origin, SessionId
from greenroom.model.trends import OriginFigures, VersionFigures
from greenroom.store import Database
from greenroom.store import trends as trends_module
from greenroom.store.reviews import ReviewStore
from greenroom.store.trends import TrendStore
from tests.store.records import NOON, a_session, a_turn

pytestmark = pytest.mark.unit


@pytest.fixture
def trends(database: Database) -> TrendStore:
    return TrendStore(database)


@pytest.fixture
def lived(sessions, agents, version):
    """Two versions of one agent, one of another; latencies, lengths and ends by chance. → rows that say what was written."""
    chance = random.Random(7)
    agents.save_draft(version.agent_id, {"prompt.system": "New."}, agents.draft(version.agent_id).revision)
    second = agents.freeze(version.agent_id)
    milo = agents.freeze(agents.create("Milo", {}).id)
    rows = []
    for number in range(12):
        of = (version, second, milo)[number % 3]
        name = "Milo" if of is milo else "Ava"
        at = NOON + timedelta(hours=5 * number)
        session = a_session(of, f"s{number:02d}", agent_name=name, created_at=at, place="cloud" if number % 2 else "twin")
        sessions.open(session)
        latencies, cut, length = [], 0, None
        if number != 11:
            sessions.attach_agent(session.id, f"a{number}", at)
            length = chance.randint(30, 300)
            for turn in range(chance.randint(1, 5)):
                latencies.append(chance.randint(300, 2000))
                cut += (interrupted := chance.random() < 0.5)
                sessions.transcript.add_turn(session.id, a_turn(turn, latency_ms=latencies[-1], interrupted=interrupted))
        sessions.close(session.id, "refused" if number == 11 else "ended", "", at + timedelta(seconds=length or 0))
        rows.append((of, at, length, latencies, cut, session.place))
    return rows


def expected(rows, of, name) -> VersionFigures:
    mine = [row for row in rows if row[0] is of]
    latencies = sorted(ms for row in mine for ms in row[3])
    lengths = [row[2] for row in mine if row[2] is not None]
    return VersionFigures(
        of.agent_id,
        name,
        of.number,
        len(mine),
        mean(lengths),
        mean(len(row[3]) for row in mine),
        None,
        0,
        sum(row[2] is None for row in mine),
        sum(row[2] or 0 for row in mine if row[5] == "cloud"),
        round(median(latencies)),
        latencies[-(-9 * len(latencies) // 10) - 1],
        60 * sum(row[4] for row in mine) / sum(lengths),
    )


def test_the_figures_of_each_version_are_those_of_its_sessions_newest_first(trends, lived):
    ava_1, ava_2, milo = (lived[n][0] for n in range(3))
    assert trends.versions() == [expected(lived, milo, "Milo"), expected(lived, ava_2, "Ava"), expected(lived, ava_1, "Ava")]


def test_only_the_agent_and_the_time_asked_for_count(trends, lived):
    ava = lived[0][0]
    since = lived[4][1]
    found = trends.versions(since, ava.agent_id)
    assert [(one.version, one.sessions) for one in found] == [(2, 3), (1, 2)]
    assert found[1].median_ms == round(median([ms for row in lived[4:] if row[0] is ava for ms in row[3]]))


def test_stars_and_errors_are_counted_and_deleted_sessions_are_not(database, trends, sessions, lived):
    reviews = ReviewStore(database)
    reviews.rate(SessionId("s00"), 2)
    reviews.rate(SessionId("s03"), 5)
    sessions.transcript.add_event(SessionId("s03"), Event(5, "vendor_error", "tts"))
    sessions.transcript.add_event(SessionId("s03"), Event(6, "vendor_error", "tts"))
    first = trends.versions()[-1]
    assert (first.rating, first.rated, first.troubled) == (3.5, 2, 1)
    sessions.delete(SessionId("s03"))
    assert trends.versions()[-1].sessions == first.sessions - 1


def test_turns_are_looked_into_in_the_newest_sessions_only(trends, lived, monkeypatch):
    monkeypatch.setattr(trends_module, "SAMPLE", 2)
    ava = lived[0][0]
    newest = [row for row in lived if row[0] is ava][-2:]
    found = trends.versions()[-1]
    assert found.sessions == 4
    assert found.median_ms == round(median([ms for row in newest for ms in row[3]]))
    assert found.interruptions_per_minute == pytest.approx(60 * sum(row[4] for row in newest) / sum(row[2] for row in newest))


@pytest.mark.parametrize("offset_min", [0, 330, -720])
def test_days_are_those_of_the_visitors_clock(trends, lived, offset_min):
    days: dict = {}
    for row in lived:
        days.setdefault((row[1] + timedelta(minutes=offset_min)).date(), []).append(row)
    found = trends.days(offset_min=offset_min)
    assert [(one.day, one.sessions) for one in found] == [(day, len(rows)) for day, rows in sorted(days.items())]
    medians = [sorted(round(median(row[3])) for row in rows if row[3]) for _, rows in sorted(days.items())]
    assert [one.median_ms for one in found] == [round(median(each)) if each else None for each in medians]
    assert sum(one.troubled for one in found) == 1


def test_without_a_session_there_is_no_figure(trends, sessions, version):
    assert (trends.versions(), trends.days()) == ([], [])
    sessions.open(a_session(version))
    (only,) = trends.versions()
    empty = replace(only, agent_id=version.agent_id)
    assert (empty.median_ms, empty.p90_ms, empty.interruptions_per_minute, empty.length_s) == (None, None, None, None)


def test_each_origin_has_the_figures_of_its_sessions_the_most_used_first(trends, sessions, agents, version):
    lengths = {"studio": [100, 200, 60], "api": [30], "night_shift": []}
    latencies = {"studio": [500, 700, 900], "api": [400], "night_shift": []}
    number = 0
    for origin, of_origin in lengths.items():
        for length, latency in zip(of_origin, latencies[origin], strict=True):
            number += 1
            session = a_session(version, f"o{number}", created_at=NOON + timedelta(hours=number), origin=origin)
            sessions.open(session)
            sessions.attach_agent(session.id, f"a{number}", session.created_at)
            sessions.transcript.add_turn(session.id, a_turn(1, latency_ms=latency))
            sessions.close(session.id, "ended", "", session.created_at + timedelta(seconds=length))
    refused = a_session(version, "refused", created_at=NOON, origin="night_shift")
    sessions.open(refused)
    sessions.close(refused.id, "refused", "", NOON)
    studio, *others = trends.origins()
    assert studio == OriginFigures(Origin("studio"), 3, 120.0, None, 0, 700)
    assert others == [
        OriginFigures(Origin("api"), 1, 30.0, None, 0, 400),
        OriginFigures(Origin("night_shift"), 1, None, None, 1, None),
    ]
    assert [one.origin for one in trends.origins(NOON + timedelta(hours=4))] == ["api"]
    assert trends.origins(None, AgentId("nobody")) == []
