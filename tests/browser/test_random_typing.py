"""Whoever types into any page's inputs and then taps, reloads or wanders off at random loses nothing.

``GREENROOM_ROUNDS=400`` makes a long run of it; ``GREENROOM_SEED`` another one.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Playwright, expect

from greenroom.clock import Clock
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from tests.browser.conftest import eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

ROUNDS = int(os.environ.get("GREENROOM_ROUNDS", "10"))
SEED = int(os.environ.get("GREENROOM_SEED", "20261127"))
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300 + 20 * ROUNDS)]

STILL_THERE = 20_000
MANY = 1_000_000
SHARE = "Share with guests"


@dataclass(frozen=True)
class TypedField:
    """A field: how one gets to it, and what is stored of it. ``page_only``: kept while the page lives, not through a reload."""

    page: str
    label: str
    #: A tab of the page.
    tab: str = ""
    #: A button that opens a popover or a folded part with the field.
    behind: str = ""
    #: An entry of the agent menu, which opens a dialog, and a view of that dialog.
    dialog: tuple[str, str] | None = None
    key: str = ""
    page_only: bool = False
    #: What can be typed once more behind what is there.
    words: Callable[[int], str] = lambda number: f" w{number}"
    #: A text with more characters is replaced: most fields have a limit.
    longest: int = 60

    def field(self, visitor: StagePage) -> Locator:
        within = visitor.page.get_by_role("dialog") if self.dialog else visitor.page
        name = re.compile(f"^{re.escape(self.label)}")
        return within.get_by_role("textbox", name=name).or_(within.get_by_role("spinbutton", name=name)).first

    def open(self, visitor: StagePage, session: str) -> Locator:
        page = visitor.page
        if self.page == "Session":
            if not re.search("/session[?]", page.url):
                go_to(visitor, "Sessions")
                page.goto(session)
                visitor.settled()  # a page that is still drawn may take a tab back
        else:
            go_to(visitor, self.page)
        if self.tab:
            visitor.tab(self.tab)
        if self.dialog:
            self.open_dialog(visitor)
        box = self.field(visitor)
        if self.behind:
            opener = page.get_by_test_id("stMain").get_by_text(self.behind, exact=True).first
            expect(opener).to_be_visible(timeout=STILL_THERE)
            if not box.is_visible():
                opener.click()
        expect(box).to_be_visible(timeout=STILL_THERE)
        visitor.settled()  # nobody's finger is as fast as the drawing of a page
        return box

    def open_dialog(self, visitor: StagePage) -> None:
        assert self.dialog is not None
        page, (entry, view) = visitor.page, self.dialog
        if entry == SHARE:
            page.locator(".st-key-share").get_by_role("button", name=SHARE).click()
        else:
            page.get_by_role("button", name="Agent menu").click()
            page.get_by_text(entry, exact=True).last.click()
        expect(page.get_by_role("dialog")).to_be_visible(timeout=STILL_THERE)
        if view:
            page.get_by_role("dialog").get_by_role("radio", name=view, exact=True).click()


PLACES = (
    TypedField("Studio", "System prompt", "Prompt", key="prompt.system", longest=MANY),
    TypedField("Studio", "Greeting", "Prompt", key="prompt.greeting", longest=MANY),
    TypedField("Studio", "Preview text", "Voice"),
    TypedField("Studio", "Keywords", "Speech recognition", "More", key="hearing.keywords", words=lambda number: f"\nk{number}"),
    # A launch of the next try takes no larger number:
    TypedField(
        "Studio",
        "Prefix padding",
        "Turn taking",
        "More",
        key="turns.padding",
        words=lambda number: str(number % 9 + 1),
        longest=2,
    ),
    # Not readable yet:
    TypedField("Studio", "Additional parameters", "Language model", "More", words=lambda number: f' {{"half{number}":'),
    TypedField("Studio", "Reminder text", "Turn taking", "More", key="turns.nudge"),
    TypedField("Studio", "Labels", "Advanced", key="advanced.labels", words=lambda number: f"\nl{number} = {number}"),
    TypedField("Studio", "Or paste the text", dialog=("Import and export", "Import"), page_only=True),
    TypedField("Studio", "Name guests see", dialog=(SHARE, "")),
    TypedField("Studio", "Welcome text", dialog=(SHARE, "")),
    TypedField("Sessions", "Search transcripts", words=lambda number: f" house{number}"),
    TypedField("Session", "Note", "Notes"),
    TypedField("Rehearse", "Name", behind="New suite"),
    TypedField("Rehearse", "Title", "Tests", "Form"),
    TypedField("Rehearse", "Caller says", "Tests", "Form"),
    TypedField("Rehearse", "Scenario file", "Tests", "YAML", words=lambda number: f"\n# w{number}", longest=5000),
    TypedField("Settings", "Your name"),
    TypedField("Settings", "Find a credential"),
    TypedField("Settings", "Address", behind="Server with OpenAI's API"),
    TypedField("Join a channel", "Channel"),
)


def go_to(visitor: StagePage, title: str) -> None:
    heading = visitor.page.get_by_role("heading", name=title, level=1)
    if not heading.is_visible():
        link(visitor.page, title).click()
    expect(heading).to_be_visible(timeout=STILL_THERE)


def link(page: Page, title: str) -> Locator:
    return page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)


def arrived(page: Page, title: str) -> None:
    """A busy machine may still draw a page that was tapped on the way."""
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible(timeout=STILL_THERE)


def taps(page: Page, *titles: str) -> None:
    """Tap these pages one after the other, without a pause, as a finger does."""
    places = [link(page, title).bounding_box() for title in titles]
    for place in places:
        assert place is not None
        page.mouse.click(place["x"] + 40, place["y"] + place["height"] / 2)
    page.wait_for_timeout(600)  # a link waits until the text of the field that was left has gone


@pytest.fixture
def visitor(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[StagePage]:
    context: BrowserContext = open_browser(playwright, silent_mic)
    tab = StagePage.open(context, studio)
    expect(tab.field("System prompt")).to_be_visible(timeout=30_000)
    tab.launch_and_wait()  # a session to write notes on
    tab.end()
    tab.settled()
    tab.go_to("Rehearse")  # and a suite to write tests in
    tab.page.get_by_text("New suite", exact=True).first.click()
    tab.page.get_by_role("textbox", name="Name", exact=True).fill("Desk")
    tab.page.get_by_role("button", name="Create suite").click()
    expect(tab.page.get_by_role("tab", name="Tests")).to_be_visible(timeout=STILL_THERE)
    tab.go_to("Studio")
    yield tab
    shut(context)


@pytest.fixture
def session(visitor: StagePage) -> str:
    """The address of the page of that session."""
    visitor.stage.get_by_role("button", name=re.compile("^Listen|^Open")).first.click()
    visitor.page.wait_for_url(re.compile("/session[?]id="))
    return visitor.page.url


def stored(visitor: StagePage, key: str) -> str:
    database = Database(f"sqlite:///{visitor.studio.data_dir / 'greenroom.db'}")
    try:
        store = AgentStore(database, Clock())
        value = store.draft(store.list()[0].id).settings.get(key, "")
    finally:
        database.close()
    if isinstance(value, dict):
        return "\n".join(f"{name} = {text}" for name, text in value.items())
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def test_nothing_typed_on_any_page_is_lost(visitor: StagePage, session: str):
    """Always with the same seed: what was typed last is what stands there, and what is stored."""
    chance, page = random.Random(SEED), visitor.page
    last: dict[TypedField, str] = {}
    for number in range(ROUNDS):
        place = chance.choice(PLACES)
        box = place.open(visitor, session)
        if place in last:
            expect(box, f"round {number}: {place.label}").to_have_value(last[place], timeout=STILL_THERE)
        if place.page == "Session":
            forget_the_tab(last)  # its address was asked for anew
        before = box.input_value()
        if len(before) > place.longest:
            before = ""
            box.fill("")
        words = place.words(number) if before else place.words(number).strip()
        box.click()
        page.keyboard.press("ControlOrMeta+End")
        page.keyboard.type(words)
        last[place] = before + words
        page.wait_for_timeout(chance.choice((0, 0, 20, 150, 1200)))
        if place.dialog:
            close_dialog(page)
        if leave(chance, visitor, place):
            forget_the_tab(last)
    for place, text in sorted(last.items(), key=lambda kept: kept[0].page == "Session"):
        expect(place.open(visitor, session), place.label).to_have_value(text, timeout=STILL_THERE)
        if place.dialog:
            close_dialog(page)
        if place.key:
            page.keyboard.press("Escape")
            eventually(lambda: stored(visitor, place.key) == text.strip(), within_s=20, else_say=lambda: f"{place} {text!r}")  # noqa: B023


def close_dialog(page: Page) -> None:
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=STILL_THERE)


def forget_the_tab(last: dict[TypedField, str]) -> None:
    for place in [place for place in last if place.page_only]:
        del last[place]


def leave(chance: random.Random, visitor: StagePage, place: TypedField) -> bool:
    """Go away from a field in one of the ways in which people do. True for a reload."""
    page, others = visitor.page, ("Sessions", "Settings", "Trends", "Running agents")
    match chance.randrange(6):
        case 0:
            taps(page, chance.choice(others), "Studio")
            arrived(page, "Studio")
        case 1:
            taps(page, chance.choice(others))
            page.wait_for_timeout(chance.choice((0, 60, 400)))
            taps(page, chance.choice(others), "Studio")
            arrived(page, "Studio")
        case 2 if place.page == "Studio":
            visitor.tab("Avatar")
            visitor.tab("Tools")
        case 3 if place.page == "Studio":
            visitor.field("Find a setting").fill("silence")
            visitor.field("Find a setting").fill("")
        case 4 if not place.page_only:
            page.reload()
            expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
            return True
        case _:
            page.keyboard.press("Tab")
    return False
