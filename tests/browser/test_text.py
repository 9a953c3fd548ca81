"""What is written, read and saved in a call: texts to say, whispers, priorities, the interruption, the figures and the log."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from tests.browser.conftest import eventually
from tests.browser.ears import record, understood
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def context(playwright: Playwright, silent_mic: Path) -> Iterator[BrowserContext]:
    made = open_browser(playwright, silent_mic)
    made.grant_permissions(["microphone", "clipboard-read", "clipboard-write"])
    yield made
    shut(made)


@pytest.fixture(scope="module")
def tabs() -> list[StagePage]:
    """The newest one last."""
    return []


@pytest.fixture
def tab(request: pytest.FixtureRequest, context: BrowserContext, studio: StudioProcess, tabs: list[StagePage]) -> StagePage:
    """A call whose agent has greeted and is quiet: that of the test before, which goes on unless the test failed or ended it."""
    first_try = getattr(request.node, "execution_count", 1) == 1
    if first_try and tabs and tabs[-1].stage.get_attribute("data-phase") == "live":
        show(tabs[-1], "Transcript")
        tabs[-1].stage.get_by_text("Message", exact=True).click()
        tabs[-1].stage.get_by_label("If the agent is busy").select_option("interrupt")
    else:
        if tabs:
            tabs.pop().page.close()
        tabs.append(StagePage.open(context, studio))
        tabs[-1].launch_and_wait()
    tabs[-1].expect_quiet()
    return tabs[-1]


def write(tab: StagePage, mode: str, text: str) -> None:
    tab.stage.get_by_text(mode, exact=True).click()
    box = tab.stage.locator(".composer-text")
    box.fill(text)
    box.press("Enter")


def bubble(tab: StagePage, source: str) -> Locator:
    return tab.stage.locator(f'[data-testid=line][data-speaker=user][data-source="{source}"]')


def show(tab: StagePage, panel: str) -> None:
    tab.stage.get_by_role("tab", name=panel).click()


def test_a_text_to_say_is_heard_and_has_a_bubble_of_its_own(tab):
    """row 62"""
    before = tab.said("user")
    write(tab, "Say this", "The restaurant is closed on Sunday.")
    tab.expect_said("agent", "restaurant is closed on Sunday")
    expect(bubble(tab, "say").last).to_have_attribute("data-state", "final")
    tab.expect_quiet()
    assert "restaurant is closed on sunday" in understood(record(tab.page).heard)
    assert tab.said("user") == [*before, "The restaurant is closed on Sunday."]


def test_a_text_that_is_too_long_to_say_cannot_be_sent(tab):
    """row 62: 512 bytes, counted while one writes"""
    tab.stage.get_by_text("Say this", exact=True).click()
    field, send = tab.stage.locator(".composer-text"), tab.stage.get_by_role("button", name="Send")
    field.fill("é" * 260)
    expect(field).to_have_accessible_description("The text is longer than 512 bytes. Shorten it by 8.")
    expect(send).to_be_disabled()
    field.fill("é" * 256)
    expect(tab.stage.get_by_test_id("bytes-left")).to_have_text("0")
    expect(send).to_be_enabled()
    tab.stage.get_by_text("Message", exact=True).click()
    field.fill("🙂" * 4001)
    expect(field).to_have_value("🙂" * 4001)
    expect(field).to_have_accessible_description("The text is longer than 4,000 characters. Shorten it by 1.")
    expect(send).to_be_disabled()


def test_a_whisper_is_accepted_and_not_answered(tab):
    """row 63"""
    before = tab.lines("agent").count()
    write(tab, "Whisper", "The guest is called Mister Brown.")
    whisper = bubble(tab, "whisper").last
    expect(whisper).to_contain_text("Mister Brown", timeout=45_000)
    expect(whisper).to_have_attribute("data-state", "final", timeout=45_000)
    tab.page.wait_for_timeout(1500)
    assert tab.lines("agent").count() == before
    expect(whisper.get_by_test_id("line-note")).to_have_text("Whispered")


def test_the_interrupt_button_is_there_while_the_agent_speaks_and_stops_it(tab):
    """rows 53, 61"""
    expect(tab.stage.get_by_test_id("interrupt")).to_have_count(0)
    interrupted = tab.stage.locator('[data-speaker=agent][data-state="interrupted"]')
    before = interrupted.count()
    write(tab, "Say this", "This is a long text about the house, the garden, the sea, the rooms, and many other things.")
    stop = tab.stage.get_by_test_id("interrupt")
    stop.click(timeout=45_000)
    expect(interrupted).to_have_count(before + 1, timeout=45_000)
    tab.expect_quiet()
    assert "many other things" not in tab.said("agent")[-1]


def test_a_message_waits_for_the_end_of_what_is_said_when_one_wants_that(tab):
    """row 58"""
    interrupted = tab.stage.locator('[data-speaker=agent][data-state="interrupted"]')
    before = interrupted.count()
    tab.stage.get_by_label("If the agent is busy").select_option("append")
    write(tab, "Say this", "Please wait a moment while I look at the book.")
    tab.expect_state("Speaking")
    write(tab, "Message", "Are dogs welcome?")
    tab.expect_said("agent", "dogs are welcome")
    assert any("look at the book" in line for line in tab.said("agent"))
    assert interrupted.count() == before


def test_what_needs_rtm_is_there_with_the_reason(tab):
    """rows 60, 64: shown as needing RTM, not there; row 70: without RTM nothing of it can be lost while the call lasts"""
    needing = tab.stage.get_by_test_id("needs-rtm").locator("summary")
    needing.click()
    for what in ("Send an image", "Push to talk"):
        item = tab.stage.get_by_role("button", name=re.compile(what))
        expect(item).to_have_attribute("aria-disabled", "true")
        expect(item).to_contain_text("Needs RTM")
    needing.click()  # it lies over the transcript


def test_the_figures_of_a_turn_sum_to_the_whole(tab):
    """row 89"""
    tab.type("How much is a double room?")
    tab.expect_said("agent", "one hundred and twenty")
    tab.expect_quiet()
    show(tab, "Insight")
    fall = tab.stage.get_by_test_id("waterfall").first
    expect(fall).to_be_visible(timeout=45_000)
    parts = fall.locator("[data-ms]").evaluate_all("all => all.map((one) => Number(one.dataset.ms))")
    assert parts
    assert sum(parts) == int(fall.get_attribute("data-total") or 0)
    expect(tab.stage.get_by_test_id("cost")).to_contain_text("Everything in this call runs on this computer")
    expect(tab.stage.get_by_test_id("insight-left")).to_have_text(re.compile(r"1[0-5]:\d\d"))


def test_the_tabs_follow_the_arrow_keys(tab):
    talk = tab.stage.get_by_role("tab", name="Transcript")
    talk.focus()
    talk.press("ArrowRight")
    expect(tab.stage.get_by_role("tab", name="Insight")).to_be_focused()
    expect(tab.stage.get_by_test_id("insight")).to_be_visible()
    tab.page.keyboard.press("End")
    expect(tab.stage.get_by_test_id("log")).to_be_visible()


def test_the_log_is_filtered_and_copied_as_shown(tab):
    """row 90"""
    show(tab, "Log")
    lines = tab.stage.get_by_test_id("log-line")
    for kind in ("state", "step"):
        tab.stage.get_by_label("Event type").select_option(kind)
        expect(lines.first).to_have_attribute("data-kind", kind)
    tab.stage.get_by_label("Filter events").fill("agent started")
    expect(lines).to_have_count(1)
    tab.stage.get_by_role("button", name="Copy log").click()
    expect(tab.stage.get_by_text("Copied")).to_be_visible()
    assert re.search(r"step\tAgent started after [\d,]+ ms", tab.page.evaluate("navigator.clipboard.readText()"))


def test_the_transcript_does_not_fight_its_reader(tab):
    """row 55"""
    before = bubble(tab, "whisper").count()
    for number in range(9):
        write(tab, "Whisper", f"Note number {number}: this one is long enough to take two lines of the transcript.")
    expect(bubble(tab, "whisper")).to_have_count(before + 9)
    text = tab.stage.get_by_test_id("transcript")
    text.evaluate("e => { e.scrollTop = 0; }")
    expect(tab.stage.get_by_role("button", name="Latest")).to_be_visible()
    write(tab, "Whisper", "One more.")
    expect(bubble(tab, "whisper")).to_have_count(before + 10)
    assert text.evaluate("e => e.scrollTop") == 0
    tab.stage.get_by_role("button", name="Latest").click()
    eventually(lambda: text.evaluate("e => e.scrollHeight - e.scrollTop - e.clientHeight") < 4)


def test_the_transcript_is_copied_and_saved_after_the_end_as_it_stands(tab):
    """row 66"""
    before = tab.lines("agent").count()
    write(tab, "Message", "Is there a <b>pool</b>?")
    eventually(lambda: tab.lines("agent").count() > before, within_s=20)
    tab.expect_quiet()
    tab.end()
    words = "(line) => [...line.childNodes].filter((one) => one.className !== 'line-cut').map((one) => one.textContent).join('')"
    said = [line.evaluate(words).strip() for line in tab.stage.locator("[data-testid=line] .line-text").all()]
    tab.stage.get_by_role("button", name="Copy transcript").click()
    expect(tab.stage.get_by_text("Copied")).to_be_visible()
    copied = tab.page.evaluate("navigator.clipboard.readText()")
    assert all(text in copied for text in said)
    assert "<b>pool</b>" in copied
    with tab.page.expect_download() as download:
        tab.stage.get_by_role("button", name="JSON").click()
    turns = json.loads(Path(download.value.path()).read_text(encoding="utf8"))["turns"]
    assert [turn["text"] for turn in turns] == said
