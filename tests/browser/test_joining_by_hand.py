"""Join by hand: a browser sits in a channel of its own choosing while agents that others started come and go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser.conftest import eventually
from tests.browser.ears import TAP
from tests.browser.meeting import PERSON, Meeting
from tests.browser.stage import open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def context(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    made = open_browser(playwright, silent_mic)
    yield made
    shut(made)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    opened.add_init_script(TAP)
    yield opened
    opened.close()


@pytest.fixture
def meeting(page: Page, studio: StudioProcess) -> Iterator[Meeting]:
    project = studio.project
    address = f"http://127.0.0.1:{studio.twin_port()}"
    twin = SimpleNamespace(url=address, app_id=project.app_id, certificate=project.app_certificate)
    held = Meeting(page, twin)
    yield held
    for agent_id, uid in held.started:
        held.leave(agent_id, uid)
    held.api.close()


def others(page: Page) -> list[str]:
    return page.get_by_test_id("other").evaluate_all("all => all.map(one => one.dataset.uid + ' ' + one.dataset.voice)")


def test_agents_come_and_go_while_the_visitor_stays(page: Page, meeting: Meeting, studio: StudioProcess):
    """rows 1, 2, 4, 19, 20, 21: by a link with a token, which leaves the address; two agents at once, each told apart"""
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    asked = {"appid": studio.project.app_id, "channel": meeting.channel, "token": meeting.token(PERSON), "uid": PERSON}
    page.goto(f"{studio.url}/join?{urlencode({**asked, 'title': 'Board demo'})}")
    expect(page.get_by_label("Channel", exact=True)).to_have_value(meeting.channel, timeout=30_000)
    assert "token" not in page.url
    page.get_by_role("button", name="Join", exact=True).click()
    guest = page.get_by_test_id("guest")
    expect(guest.get_by_test_id("guest-title")).to_have_text("Board demo")
    expect(guest.get_by_test_id("guest-state")).to_have_text("No one else is here", timeout=45_000)
    expect(guest).to_contain_text(f"your user ID is {PERSON}")
    assert f"channel={meeting.channel}" in page.url
    assert "title=Board+demo" in page.url
    assert "token" not in page.url

    first = meeting.start(8001, "I am the first agent of this meeting.")
    expect(guest.get_by_test_id("guest-state")).to_have_text("1 other participant", timeout=45_000)
    expect(guest).to_contain_text("I am the first agent of this meeting.", timeout=45_000)
    second = meeting.start(8002, "I am the second agent of this meeting.")
    eventually(lambda: others(page) == ["8001 true", "8002 true"], else_say=lambda: others(page))
    expect(guest.locator(".line-who", has_text="Agent 8002")).to_have_count(1, timeout=45_000)
    expect(guest.locator(".line-who", has_text="Agent 8001")).to_have_count(1)
    meeting.leave(first, 8001)
    eventually(lambda: others(page) == ["8002 true"], else_say=lambda: others(page))
    meeting.leave(second, 8002)
    expect(guest.get_by_test_id("guest-state")).to_have_text("No one else is here", timeout=45_000)
    face = {
        "agora_uid": "8101",
        "agora_token": meeting.token(8101),
        "avatar_id": "mira",
        "api_key": "none",
        "api_base_url": "https://avatars.localhost",
    }
    meeting.start(8001, "The first one is back.", avatar=face)
    expect(guest).to_contain_text("The first one is back.", timeout=45_000)
    picture = guest.get_by_label("Video of 8101")
    eventually(lambda: picture.evaluate("video => video.videoWidth") == 480, else_say=lambda: "no picture")
    meeting.started.clear()
    assert len([url for url in sockets if str(meeting.twin.url[-5:]) in url]) == 1, sockets

    guest.get_by_test_id("guest-leave").click()
    expect(page.get_by_label("Channel", exact=True)).to_have_value(meeting.channel, timeout=45_000)
    expect(page.get_by_label("Token", exact=True)).to_have_value("")


def test_bad_input_is_told_at_its_field_and_nothing_typed_is_lost(page: Page, studio: StudioProcess):
    """row 1: and nothing is joined"""
    page.goto(f"{studio.url}/join")
    field = page.get_by_label("User ID", exact=True)
    expect(field).to_be_visible(timeout=30_000)
    page.get_by_label("Title", exact=True).fill("Kept")
    field.fill("minus one")
    page.get_by_role("button", name="Join", exact=True).click()
    expect(page.get_by_text("Enter a whole number from 1 to")).to_be_visible()
    expect(field).to_have_value("minus one")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Kept")
    field.fill("")
    page.get_by_role("button", name="Join", exact=True).click()
    guest = page.get_by_test_id("guest")
    expect(guest.get_by_test_id("guest-state")).to_have_text("No one else is here", timeout=45_000)
    expect(guest).to_contain_text("your user ID is")


def test_a_token_that_does_not_fit_is_told_with_what_to_do(page: Page, meeting: Meeting, studio: StudioProcess):
    """row 8: also a number that is taken by an agent"""
    page.goto(f"{studio.url}/join?{urlencode({'channel': meeting.channel, 'token': meeting.token(77), 'uid': 78})}")
    button = page.get_by_role("button", name="Join", exact=True)
    expect(button).to_be_visible(timeout=30_000)
    button.click()
    expect(page.get_by_test_id("guest").get_by_test_id("problem")).to_contain_text("rejected the token", timeout=30_000)
    page.get_by_test_id("guest-leave").click()
    expect(button).to_be_visible(timeout=45_000)
