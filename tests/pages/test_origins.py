"""Where a session came from and which versions it ran with, in the table, on its page, in Trends and in exports."""

from __future__ import annotations

import csv
import io

import pytest

from greenroom.model.launch import LaunchRequest
from greenroom.model.principal import Principal
from greenroom.model.session import API, Origin, Turn
from greenroom.model.session_query import SessionQuery
from greenroom.services.sessions import export

pytestmark = pytest.mark.unit


@pytest.fixture
def held(harness):
    """One session of each of three origins, the last of an origin that has no label."""
    agent = harness.agents.default().id
    requests = [
        LaunchRequest(agent),
        LaunchRequest(agent, origin=API, caller="external", principal=Principal("api_key", "GREENROOM_API_KEY")),
        LaunchRequest(agent, origin=Origin("night_shift")),
    ]
    held = [harness.calls.launch(request).session_id for request in requests]
    for session_id in held:
        harness.calls.end(session_id, "ended")
    return held


def test_the_table_and_the_page_name_the_origin_and_who_started_it(open_page, harness, held):
    table = open_page("pages/sessions.py").dataframe[0].value
    assert list(table["Origin"]) == ["Night shift", "API", "Studio"]
    page = open_page("pages/session.py", id=held[1])
    assert any("API · key" in caption.value and "GREENROOM" in caption.value for caption in page.caption)


def test_what_was_changed_for_one_call_is_named_on_its_page(open_page, harness):
    agent = harness.agents.default().id
    request = LaunchRequest(agent, origin=API, caller="external", overrides={"prompt.greeting": "Hello, Bob."})
    session_id = harness.calls.launch(request).session_id
    harness.calls.end(session_id, "ended")
    page = open_page("pages/session.py", id=session_id)
    assert any("for this call only: Greeting" in caption.value.replace("\\", "") for caption in page.caption)
    assert any("Hello, Bob." in code.value for code in page.code)


def test_sessions_and_trends_are_narrowed_by_origin(open_page, harness, held):
    test = open_page("pages/sessions.py")
    options = next(one for one in test.multiselect if one.key == "find_origins")
    options.set_value([API]).run()
    assert list(test.dataframe[0].value["Origin"]) == ["API"]
    (only,) = harness.trends.versions(None, None, Origin("night_shift"))
    assert only.figures.sessions == 1
    assert sum(day.sessions for day in harness.trends.days(None, None, 0, API)) == 1
    trends = open_page("pages/trends.py")
    by_origin = trends.dataframe[-1].value
    assert by_origin[["Origin", "Sessions"]].to_numpy().tolist() == [["API", 1], ["Night shift", 1], ["Studio", 1]]
    key = trends.dataframe[-1].key
    trends.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [[1, "Sessions"]]}}
    sessions = trends.run()
    assert sessions.title[0].value == "Sessions"
    assert sum(len(table.value) for table in sessions.dataframe) == 1
    trends = open_page("pages/trends.py")
    next(one for one in trends.selectbox if one.key == "trend_origin").set_value(API).run()
    assert list(trends.dataframe[0].value["Sessions"]) == [1]


def test_an_export_says_origin_and_principal_and_no_key(harness, held):
    rows = list(csv.DictReader(io.StringIO(export(harness.records, SessionQuery(), "csv").decode("utf-8-sig"), newline="")))
    assert [row["origin"] for row in rows] == ["night_shift", "api", "studio"]
    assert [row["principal"] for row in rows] == ["local", "api_key:GREENROOM_API_KEY", "local"]


def test_a_page_and_an_export_say_you_of_calls_in_the_studio_alone(open_page, harness, held):
    for session_id, name in zip(held, ("You", "Caller"), strict=False):
        harness.calls.record_turn(session_id, Turn(1, "user", "Are dogs welcome?", 0, 900))
        page = open_page("pages/session.py", id=session_id)
        assert any(f"**{name}**" in text.value for text in page.markdown)
        assert f"<b>{name}</b>".encode() in harness.transfers.as_html(session_id, "")


def test_a_session_with_an_applied_version_shows_both_and_each_turn_its_own(open_page, harness):
    session_id = harness.launch()
    session = harness.session(session_id)
    harness.calls.record_turn(session_id, Turn(1, "agent", "Good day.", 0, 900, latency_ms=500))
    draft = harness.agents.draft(session.agent_id)
    harness.agents.save(session.agent_id, {**draft.settings, "prompt.greeting": "Hello."}, draft.revision)
    applied = harness.agents.versions.freeze(session.agent_id)
    harness.clock.ahead_s += 10
    harness.sessions.apply_version(session_id, applied, harness.clock.now())
    harness.clock.ahead_s += 10
    harness.calls.record_turn(session_id, Turn(2, "agent", "Dogs are welcome.", 20_000, 21_000, latency_ms=900))
    harness.calls.end(session_id, "ended")
    assert [turn.version_number for turn in harness.sessions.transcript.turns(session_id)] == [None, 2]
    assert open_page("pages/sessions.py").dataframe[0].value["Version"][0] == "v1 → v2"
    assert any(metric.value == "v1 → v2" for metric in open_page("pages/session.py", id=session_id).metric)
    assert set(harness.agents.versions.session_counts(session.agent_id).values()) == {1}
    figures = {row.figures.version: row.figures for row in harness.trends.versions(None, None)}
    assert {number: (one.sessions, one.turns, one.median_ms) for number, one in figures.items()} == {
        1: (1, 1.0, 500),
        2: (1, 1.0, 900),
    }
    assert harness.records.count(SessionQuery(version=2)) == 1
