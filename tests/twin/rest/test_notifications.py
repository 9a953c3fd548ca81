"""The sender of notices lives on, whatever its URL is like. What it sends is tested in tests/services/calls."""

from __future__ import annotations

import logging

import pytest

from greenroom.clock import Clock
from greenroom.twin.rest.agent import AgentTask
from greenroom.twin.rest.notifications import Notifier

pytestmark = pytest.mark.unit


async def test_a_url_that_cannot_be_asked_loses_its_notices_and_holds_up_nothing(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.WARNING, "greenroom")
    notifier = Notifier("http://☃..example/", "secret", Clock())  # no name that DNS could have
    agent = AgentTask("a1", "ava", "app", "room", 0, None)
    notifier.open()
    notifier.started(agent)
    notifier.started(agent)
    await notifier.close()
    assert [record.message for record in caplog.records] == ["notification not delivered: the webhook URL is not valid"] * 2
