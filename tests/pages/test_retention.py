"""Keeping, on the Settings page: first what would go, then the button."""

from __future__ import annotations

import pytest

from greenroom.model.session import Turn

pytestmark = pytest.mark.unit

PAGE = "pages/settings.py"


def test_nothing_is_deleted_without_a_preview(open_page, harness):
    old = harness.launch()
    harness.calls.record_turn(old, Turn(1, "user", "hello", 0, 500))
    harness.calls.end(old, "ended")
    harness.clock.ahead_s = 10 * 24 * 3600
    test = open_page(PAGE)
    assert not any(b.key == "delete_for_good" for b in test.button)
    test.number_input(key="tab/keep_days").set_value(30).run()
    assert any("Nothing matches this rule" in i.value for i in test.info)
    test.number_input(key="tab/keep_days").set_value(7).run()
    assert any("1 session and 0 recordings" in w.value for w in test.warning)
    assert harness.records.count() == 1
    test.number_input(key="tab/keep_days").set_value(
        30
    )  # typed just before the click: what was previewed isn't what is asked for
    test.button(key="delete_for_good").click().run()
    assert harness.records.count() == 1
    test.number_input(key="tab/keep_days").set_value(7).run()
    test.button(key="delete_for_good").click().run()
    assert harness.records.count() == 0
    assert test.session_state["notice"].message.startswith("1 session and")


def test_the_room_is_given_back_on_a_click(open_page, harness):
    test = open_page(PAGE)
    test.button(key="vacuum").click().run()
    assert test.session_state["notice"].good
