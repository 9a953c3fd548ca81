"""Independent parts meet: Agora's unmodified SDK and toolkit in a bare page, agents started over REST by our own client, and a
twin as its own process. Nothing of the studio is in between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import eventually
from tests.browser.meeting import Meeting, met, served_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]


@pytest.fixture(scope="module")
def page_address(rtc_sdk: Path) -> Iterator[str]:
    with served_page(rtc_sdk) as address:
        yield address


@pytest.fixture
def meeting(browser: Browser, twin: Any, page_address: str) -> Iterator[Meeting]:
    with met(browser, twin, page_address) as held:
        yield held


def test_one_agent_is_stopped_and_another_started_while_the_person_stays_in_the_room(meeting):
    """row 19: one join of the browser, two agents, both heard, both in the transcript"""
    meeting.join()
    first = meeting.start(8001, "I am the first agent of this meeting.")
    meeting.hears(8001)
    eventually(lambda: any("first agent" in t["text"] for t in meeting.told()), else_say=meeting.told)
    meeting.leave(first, 8001)
    eventually(lambda: ["left", 8001, "Quit"] in meeting.seen(), else_say=meeting.seen)
    meeting.start(8002, "I am the second agent of this meeting.")
    meeting.hears(8002)
    eventually(lambda: any("second agent" in t["text"] for t in meeting.told()), else_say=meeting.told)
    assert {t["uid"] for t in meeting.told()} == {"8001", "8002"}
    assert [s for s in meeting.seen() if s[0] == "state" and s[1] == "RECONNECTING"] == []
    assert len(meeting.page.evaluate("sockets")) == 1


def test_the_unmodified_toolkit_reads_what_the_twin_writes(meeting):
    """rows 50, 51: parts re-joined, letters beyond ASCII whole, RTC alone"""
    meeting.join()
    greeting = "Grüß Gott und bonjour, this is Zoë at the Linden House. " + "We are glad that you are here today. " * 3
    meeting.start(8003, greeting.strip())
    eventually(lambda: any(t["status"] == 1 for t in meeting.told()), within_s=30, else_say=meeting.told)
    assert [(t["uid"], t["turn"], t["text"]) for t in meeting.told()] == [("8003", 0, greeting.strip())]


def test_the_toolkit_is_told_of_an_interruption(meeting):
    """row 53"""
    meeting.join()
    agent = meeting.start(8004, "This greeting is long, and it goes on for quite a while, so that there is time to interrupt it.")
    meeting.hears(8004)
    meeting.api.interrupt(agent, channel=meeting.channel, agent_uid=8004)
    eventually(lambda: meeting.page.evaluate("interruptions") == 1, else_say=meeting.told)
    eventually(lambda: [t["status"] for t in meeting.told()] == [2], else_say=meeting.told)
    assert "interrupt it" not in meeting.told()[0]["text"]
