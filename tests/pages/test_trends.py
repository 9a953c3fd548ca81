"""Which version does better, told by its sessions; and each figure leads to them."""

from __future__ import annotations

import json

import pytest

from greenroom.model.session import Turn
from tests.pages.test_sessions import changed_draft, ended_session

pytestmark = pytest.mark.unit


@pytest.fixture
def lived(harness):
    """Two sessions of the first version, one of the second, which was quicker, better liked and broken once."""
    first, again = ended_session(harness), ended_session(harness)
    changed_draft(harness)
    quick = harness.launch()
    harness.calls.record_turn(quick, Turn(1, "agent", "Hello.", 900, 1600, latency_ms=300))
    harness.calls.record_event(quick, "vendor_error", "tts 500")
    harness.calls.end(quick, "ended")
    for session_id, stars in ((first, 2), (again, 3), (quick, 5)):
        harness.reviews.rate(session_id, stars)
    return first, again, quick


def pick(test, row: int, column: str):
    """As a click on a cell."""
    test.session_state[test.dataframe[0].key] = {"selection": {"rows": [], "columns": [], "cells": [[row, column]]}}
    return test.run()


def test_without_a_session_it_says_what_to_do(open_page):
    test = open_page("pages/trends.py")
    assert any("change its prompt or voice" in i.value for i in test.info)
    assert len(test.dataframe) == 0


def test_each_version_has_its_figures(open_page, lived):
    rows = open_page("pages/trends.py").dataframe[0].value
    told = rows[["Ver.", "Sessions", "p50", "p90", "Rating", "Errors"]].to_numpy().tolist()
    assert told == [[2, 1, 300, 300, 5, 1], [1, 2, 712, 712, 2.5, 0]]


@pytest.mark.parametrize(
    ("row", "column", "behind"),
    [(1, "Sessions", 2), (0, "Errors", 1), (1, "Errors", 0), (1, "Rating", 2), (0, "p50", 1), (1, "Cost", 0)],
)
def test_a_figure_leads_to_the_sessions_behind_it(open_page, lived, row, column, behind):
    test = open_page("pages/trends.py")
    pick(test, row, column)
    assert test.title[0].value == "Sessions"
    assert sum(len(table.value) for table in test.dataframe) == behind
    assert all(set(table.value["Version"]) == {f"v{2 - row}"} for table in test.dataframe)


def test_another_figure_is_drawn(open_page, lived):
    test = open_page("pages/trends.py")
    for figure, charts in {"Rating": 1, "Errors": 1, "Interruptions": 0, "Duration": 0, "Sessions": 1}.items():
        test.segmented_control(key="trend_figure").set_value(figure).run()
        assert [e.value for e in test.exception] == []
        assert len(test.get("vega_lite_chart")) == charts  # all on one day, so there is no line
        assert any("No data in this period" in c.value for c in test.caption) == (not charts)  # no agent ever ran


def test_an_agent_without_sessions_says_so(open_page, harness, lived):
    other = harness.agents.duplicate(harness.agents.list()[0].id).id
    test = open_page("pages/trends.py")
    test.selectbox(key="trend_agent").set_value(other).run()
    assert any("No sessions in this period" in i.value for i in test.info)


def test_a_version_without_a_value_takes_no_room_in_the_chart(open_page, lived, harness):
    def height() -> float:
        return json.loads(open_page("pages/trends.py").get("vega_lite_chart")[0].proto.spec)["height"]

    before = height()
    draft = harness.agents.draft(harness.agents.default().id)
    harness.agents.save(draft.agent_id, {**draft.settings, "prompt.greeting": "A third version."}, draft.revision)
    harness.calls.end(harness.launch(), "ended")
    assert height() == before
