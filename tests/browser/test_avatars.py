"""An offline avatar as people see and hear it: Agora's unmodified SDK in a bare page, and a twin as its own process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser

from greenroom.twin.seat import PICTURE_RATE, PICTURE_SIZE
from tests.browser.conftest import eventually
from tests.browser.eyes import WatchedCall, sight, watch
from tests.browser.meeting import Meeting, met, served_page
from tests.conftest import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

AGENT, AVATAR = 8101, 8102
#: How far the lips may be from the sound, in milliseconds.
LIPS_MS = 200
STORY = "The house was built by a miller. It has twelve rooms. Every room looks on the river."


@pytest.fixture(scope="module")
def page_address(rtc_sdk: Path) -> Iterator[str]:
    with served_page(rtc_sdk) as address:
        yield address


@pytest.fixture
def meeting(browser: Browser, twin: Any, page_address: str) -> Iterator[Meeting]:
    with met(browser, twin, page_address) as held:
        yield held


def begin(meeting: Meeting, greeting: str = "") -> str:
    meeting.join()
    shown = {
        "agora_uid": str(AVATAR),
        "agora_token": meeting.token(AVATAR),
        "avatar_id": "mira",
        "api_key": "none",
        "api_base_url": "https://avatars.localhost",
    }
    agent = meeting.start(AGENT, greeting, shown)
    for kind in ("audio", "video"):
        eventually(lambda kind=kind: ["subscribed", AVATAR, kind] in meeting.seen(), else_say=meeting.seen)
    eventually(lambda: meeting.page.evaluate("document.querySelector('#stage video')?.videoWidth > 0"), else_say=meeting.seen)
    return agent


def level(meeting: Meeting, uid: int) -> float:
    """In dB; -200 for nothing."""
    return meeting.page.evaluate("uid => heard(uid)", uid)["db"]


def told_story(meeting: Meeting, agent: str, times: int) -> WatchedCall:
    """What is seen while the avatar tells the story, for the ``times``-th time."""
    watch(meeting.page, AVATAR)
    meeting.page.wait_for_timeout(1500)
    meeting.api.speak(agent, STORY, channel=meeting.channel, agent_uid=AGENT)

    def ends() -> bool:
        return sum("river" in turn["text"] and turn["status"] == 1 for turn in meeting.told()) >= times

    eventually(ends, within_s=40, else_say=meeting.told)
    meeting.page.wait_for_timeout(1500)
    return sight(meeting.page)


def test_an_avatar_is_seen_under_its_own_uid_and_its_mouth_moves_with_the_voice(meeting: Meeting):
    """rows 43, 46"""
    agent = begin(meeting)
    for times in (1, 2, 3):  # a machine that is busy for a moment delays sound or pictures
        seen = told_story(meeting, agent, times)
        if abs(seen.lips_late_ms) <= LIPS_MS:
            break
    assert seen.sizes == {PICTURE_SIZE}
    assert seen.rate > PICTURE_RATE / 2  # on a machine that does much else besides
    spoken, silent = seen.moved_while(speaking=True), seen.moved_while(speaking=False)
    assert len(spoken) > 10
    assert len(silent) > 10
    assert spoken.mean() > 2.5 * silent.mean()
    assert abs(seen.lips_late_ms) <= LIPS_MS
    meeting.leave(agent, AGENT)
    eventually(lambda: ["left", AVATAR, "Quit"] in meeting.seen(), else_say=meeting.seen)


def test_every_word_is_heard_once_and_from_the_agent_when_the_avatar_fails(meeting: Meeting):
    """rows 43 (lost), 46"""
    agent = begin(meeting)
    meeting.api.speak(agent, f"{STORY} {STORY}", channel=meeting.channel, agent_uid=AGENT)
    eventually(lambda: level(meeting, AVATAR) > -50, else_say=meeting.seen)
    assert level(meeting, AGENT) < -90
    httpx.post(
        f"{meeting.twin.url}/twin/faults", json={"endpoint": "avatar"}, timeout=PATIENCE_S, trust_env=False
    ).raise_for_status()
    eventually(lambda: ["left", AVATAR, "ServerTimeOut"] in meeting.seen(), else_say=meeting.seen)
    meeting.hears(AGENT)
    eventually(lambda: any(t["status"] == 1 for t in meeting.told()), within_s=40, else_say=meeting.told)
