"""What is typed is kept: through quick taps, reloads, restarts, a second tab, a dead page, and clicks of every kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, WebSocketRoute, expect

from greenroom.clock import Clock
from greenroom.model.agent import Draft
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.drafts import JOIN_WITHIN
from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

PROMPT, GREETING = "System prompt", "Greeting"


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """A busy machine answers late; what is lost stays lost."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    opened = StagePage.open(context, studio)
    expect(opened.field(PROMPT)).to_be_visible(timeout=30_000)
    opened.settled()
    return opened


def draft(tab: StagePage) -> Draft:
    """The draft of the agent that the tab shows, as the database has it."""
    database = Database(f"sqlite:///{tab.studio.data_dir / 'greenroom.db'}")
    store = AgentStore(database, Clock())
    found = re.search(r"agent=([^&]+)", tab.page.url)
    return store.draft(store.get(found[1]).id if found else store.list()[0].id)  # type: ignore[arg-type]


def stored(tab: StagePage, key: str) -> str:
    return str(draft(tab).settings.get(key, ""))


def expect_stored(tab: StagePage, key: str, ending: str) -> None:
    eventually(lambda: stored(tab, key).endswith(ending), within_s=20, else_say=lambda: f"{stored(tab, key)[-60:]!r}")


def append(tab: StagePage, label: str, words: str) -> Locator:
    """Type at the end of a field, and stay in it."""
    box = tab.field(label)
    box.click()
    tab.page.keyboard.press("ControlOrMeta+End")
    tab.page.keyboard.type(words)
    return box


def taps(page: Page, *titles: str) -> None:
    """Tap these pages one after the other, without a pause, as a finger does."""
    places = [page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).bounding_box() for title in titles]
    for place in places:
        assert place is not None
        page.mouse.click(place["x"] + 40, place["y"] + place["height"] / 2)


def test_two_quick_taps_empty_no_field_and_lose_no_word(tab: StagePage):
    for number in range(8):
        append(tab, PROMPT, f" w{number}.")
        taps(tab.page, "Sessions", "Studio")
        expect(tab.page.get_by_role("heading", name="Studio", level=1)).to_be_visible()
        tab.settled()
        expect(tab.field(PROMPT)).to_have_value(re.compile(rf" w{number}\.$"))
        expect(tab.field(GREETING)).not_to_have_value("")
        expect_stored(tab, "prompt.system", f" w{number}.")
    assert stored(tab, "prompt.greeting")


def test_a_finger_that_types_and_taps_away_at_once_loses_nothing(playwright: Playwright, silent_mic: Path, studio: StudioProcess):
    context = open_browser(playwright, silent_mic, has_touch=True)
    try:
        tab = StagePage.open(context, studio)
        box = tab.field(GREETING)
        box.tap(timeout=30_000)
        tab.page.keyboard.press("ControlOrMeta+End")
        tab.page.keyboard.type(" Touched.")
        for title in ("Sessions", "Studio"):
            tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).tap()
        expect(box).to_have_value(re.compile(r" Touched\.$"))
        expect_stored(tab, "prompt.greeting", " Touched.")
    finally:
        shut(context)


def test_words_are_saved_while_one_types_and_undo_of_the_field_still_works(tab: StagePage):
    box = append(tab, PROMPT, " Typed without leaving the field.")
    expect_stored(tab, "prompt.system", "Typed without leaving the field.")
    expect(tab.page.get_by_test_id("prose-status").first).to_have_text("Saved")
    expect(box).to_be_focused()
    tab.page.keyboard.press("ControlOrMeta+z")
    expect(box).not_to_have_value(re.compile("Typed without leaving the field.$"))
    tab.page.keyboard.press("ControlOrMeta+Shift+z")
    expect_stored(tab, "prompt.system", "Typed without leaving the field.")


def test_a_reload_right_after_a_key_keeps_every_word(tab: StagePage):
    for number in range(3):
        append(tab, PROMPT, f" reloaded {number}.")
        tab.page.reload()
        expect(tab.field(PROMPT)).to_have_value(re.compile(rf" reloaded {number}\.$"), timeout=30_000)
        expect_stored(tab, "prompt.system", f" reloaded {number}.")


def test_a_tab_closed_right_after_a_key_keeps_every_word(tab: StagePage, context: BrowserContext):
    append(tab, PROMPT, " closed at once.")
    tab.page.close(run_before_unload=True)
    again = StagePage.open(context, tab.studio)
    expect(again.field(PROMPT)).to_have_value(re.compile(r" closed at once\.$"), timeout=30_000)
    expect_stored(again, "prompt.system", " closed at once.")


def test_words_typed_while_the_server_is_away_are_saved_later(tmp_path: Path, playwright: Playwright, silent_mic: Path):
    studio = StudioProcess(tmp_path).start(engines=False)
    context = open_browser(playwright, silent_mic)
    try:
        tab = StagePage.open(context, studio)
        expect(tab.field(PROMPT)).to_be_visible(timeout=30_000)
        studio.kill()
        append(tab, PROMPT, " Typed in the dark.")
        expect(tab.page.get_by_text("the server isn't responding")).to_be_visible(timeout=15_000)
        studio.start(engines=False)
        expect_stored(tab, "prompt.system", " Typed in the dark.")
        expect(tab.field(PROMPT)).to_have_value(re.compile(r" Typed in the dark\.$"))
    finally:
        shut(context)
        studio.stop()


@pytest.fixture
def phone(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic, has_touch=True)
    yield opened
    shut(opened)


def test_of_two_tabs_in_one_text_neither_loses_a_word_by_mouse_or_by_finger(tab: StagePage, phone: BrowserContext):
    other = StagePage.open(phone, tab.studio)
    expect(other.field(GREETING)).to_be_visible(timeout=30_000)
    mine = tab.field(GREETING)
    mine.fill("From the first tab.")
    expect_stored(tab, "prompt.greeting", "From the first tab.")
    other.field(GREETING).tap()
    other.page.keyboard.press("ControlOrMeta+End")
    other.page.keyboard.type(" From the second.")
    expect(other.page.get_by_text("changed in another tab. Both versions are kept")).to_be_visible()
    assert stored(tab, "prompt.greeting") == "From the first tab."
    other.page.get_by_role("button", name="Keep my version").tap()
    expect_stored(other, "prompt.greeting", " From the second.")
    mine.press_sequentially(" And more.")
    expect(tab.page.get_by_text("changed in another tab. Both versions are kept")).to_be_visible()
    tab.page.get_by_role("button", name="Load their version").click()
    expect(mine).to_have_value(re.compile(r" From the second\.$"))


def test_undo_takes_back_words_that_were_typed_just_before(tab: StagePage):
    before = stored(tab, "prompt.greeting")
    tab.page.wait_for_timeout(JOIN_WITHIN.total_seconds() * 1000)  # or what another test typed would be part of the same step
    tab.field(GREETING).fill("Typed, then undone at once.")
    tab.page.get_by_role("button", name="Undo", exact=True).click()
    tab.settled()
    expect(tab.field(GREETING)).to_have_value(before)
    tab.page.wait_for_timeout(1500)  # longer than the field waits before it saves
    assert stored(tab, "prompt.greeting") == before


def test_apply_now_takes_what_is_being_typed_with_the_first_click(tab: StagePage):
    tab.launch_and_wait()
    apply = tab.page.get_by_role("button", name="Apply now")
    expect(apply).to_be_enabled(timeout=20_000)
    append(tab, PROMPT, " Applied by a click.")
    apply.click()
    expect(tab.page.get_by_text(re.compile(r"Version \d+ applied")).first).to_be_visible()
    expect(apply).to_be_enabled()
    append(tab, PROMPT, " Applied by the keyboard.")
    tab.page.keyboard.press("Control+Enter")
    expect(tab.page.get_by_text(re.compile(r"Version \d+ applied")).first).to_be_visible()
    eventually(  # the line above may still be that of the click
        lambda: stored(tab, "prompt.system").endswith(" Applied by a click. Applied by the keyboard."),
        else_say=lambda: stored(tab, "prompt.system")[-80:],
    )
    tab.end()


def test_a_page_that_stopped_reading_is_loaded_again_and_says_so(context: BrowserContext, studio: StudioProcess):
    """What Streamlit's page does with a message it cannot read: it reads no other ever again."""
    page = context.new_page()
    sockets: list[WebSocketRoute] = []

    def between(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(socket.send)
        sockets.append(socket)

    page.route_web_socket(re.compile(r"/_stcore/stream"), between)
    page.goto(studio.url)
    tab = StagePage(page, studio)
    expect(tab.field(PROMPT)).to_be_visible(timeout=30_000)
    tab.settled()
    append(tab, PROMPT, " Typed as it died.")
    sockets[-1].send(b"\xff\xff\xff\xff")
    expect(page.get_by_test_id("revived")).to_be_visible(timeout=30_000)
    expect(tab.field(PROMPT)).to_have_value(re.compile(r" Typed as it died\.$"), timeout=30_000)
    expect_stored(tab, "prompt.system", " Typed as it died.")


@pytest.mark.parametrize("path", ["sessions", "trends", "settings", "session?id=none"])
def test_a_page_opened_by_its_address_asks_for_nothing_that_is_not_there(
    context: BrowserContext, studio: StudioProcess, path: str
):
    page = context.new_page()
    failed: list[str] = []
    page.on("response", lambda answer: failed.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{studio.url}/{path}")
    expect(page.get_by_test_id("stage")).to_be_visible(timeout=30_000)
    assert failed == []


def test_news_moves_nothing_and_stays_on_its_page(tab: StagePage):
    heading = tab.page.get_by_role("heading", name="Studio", level=1)
    before = heading.bounding_box()
    tab.page.get_by_role("button", name="Agent menu").click()
    tab.page.get_by_text("Duplicate").click()
    news = tab.page.locator(".st-key-notice").get_by_text("with the same settings")
    expect(news).to_be_visible()
    assert heading.bounding_box() == before
    tab.go_to("Sessions")
    tab.settled()
    expect(news).to_have_count(0)


def test_the_stage_shows_the_voice_and_the_errors_of_now(tab: StagePage):
    tab.field(PROMPT).fill("")
    tab.page.get_by_role("button", name="Launch").first.click()
    refused = tab.stage.get_by_text(re.compile("is required"))
    expect(refused).to_be_visible()
    tab.field(PROMPT).fill("You are Ava at the Linden House.")
    expect(refused).to_have_count(0)
    tab.tab("Voice")
    card = tab.page.get_by_test_id("stColumn").filter(has_text=re.compile("^Ash"))
    card.get_by_role("button", name="Use").click()
    expect(tab.stage.get_by_text(re.compile("replaces Ash"))).to_be_visible()
