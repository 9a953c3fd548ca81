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
from tests.browser.studio_fixtures import *  # noqa: F403 - fixtures
from tests.studio_process import StudioProcess

ROUNDS = int(os.environ.get("GREENROOM_ROUNDS", "10"))
SEED = int(os.environ.get("GREENROOM_SEED", "20261127"))
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300 + 20 * ROUNDS)]

STILL_THERE = 20_000


@dataclass(frozen=True)
class Place:
    """A field: how one gets to it, and what is stored of it. ``tab_only``: kept while the tab lives, not through a reload."""

    page: str
    label: str
    tab: str = ""
    key: str = ""
    tab_only: bool = False
    #: What can be typed once more behind what is there.
    words: Callable[[int], str] = lambda number: f" w{number}"

    def field(self, visitor: StagePage) -> Locator:
        return visitor.field(re.escape(self.label))

    def open(self, visitor: StagePage, session: str) -> Locator:
        if self.page == "Session":
            if not re.search("/session[?]", visitor.page.url):
                go_to(visitor, "Sessions")
                visitor.page.goto(session)
        else:
            go_to(visitor, self.page)
        if self.tab:
            visitor.tab(self.tab)
        box = self.field(visitor)
        panel = visitor.page.get_by_role("tabpanel").filter(visible=True)
        if self.page == "Studio" and not self.key.startswith("prompt."):
            expect(panel.get_by_text("More", exact=True).or_(box).first).to_be_visible(timeout=STILL_THERE)
            if not box.is_visible():
                panel.get_by_text("More", exact=True).click()
        expect(box).to_be_visible(timeout=STILL_THERE)
        visitor.settled()  # nobody's finger is as fast as the drawing of a page
        return box


PLACES = (
    Place("Studio", "System prompt", "Prompt", "prompt.system"),
    Place("Studio", "Greeting", "Prompt", "prompt.greeting"),
    Place("Studio", "Preview text", "Voice", tab_only=True),
    Place("Studio", "Keywords", "Speech recognition", "hearing.keywords", words=lambda number: f"\nk{number}"),
    Place("Studio", "Prefix padding", "Turn taking", "turns.padding", words=lambda number: str(number % 9 + 1)),
    Place("Studio", "Additional parameters", "Language model", words=lambda number: f' {{"half{number}":'),  # not readable yet
    Place("Studio", "Reminder text", "Turn taking", "turns.nudge"),
    Place("Studio", "Labels", "Advanced", "advanced.labels", words=lambda number: f"\nl{number} = {number}"),
    Place("Sessions", "Search transcripts", tab_only=True, words=lambda number: f" house{number}"),
    Place("Session", "Note", "Notes"),
    Place("Settings", "Your name", tab_only=True),
)


def go_to(visitor: StagePage, title: str) -> None:
    heading = visitor.page.get_by_role("heading", name=title, level=1)
    if not heading.is_visible():
        link(visitor.page, title).click()
    expect(heading).to_be_visible(timeout=STILL_THERE)


def link(page: Page, title: str) -> Locator:
    return page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True)


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
    last: dict[Place, str] = {}
    for number in range(ROUNDS):
        place = chance.choice(PLACES)
        box = place.open(visitor, session)
        if place in last:
            expect(box, f"round {number}: {place.label}").to_have_value(last[place], timeout=STILL_THERE)
        if place.page == "Session":
            forget_the_tab(last)  # its address was asked for anew
        before = box.input_value()
        words = place.words(number) if before else place.words(number).strip()
        if place.label == "Prefix padding" and len(before) > 2:  # a launch of the next try takes no larger number
            before = ""
            box.fill("")
        box.click()
        page.keyboard.press("ControlOrMeta+End")
        page.keyboard.type(words)
        last[place] = before + words
        page.wait_for_timeout(chance.choice((0, 0, 20, 150, 1200)))
        if leave(chance, visitor, place):
            forget_the_tab(last)
    for place, text in sorted(last.items(), key=lambda kept: kept[0].page == "Session"):
        expect(place.open(visitor, session), place.label).to_have_value(text, timeout=STILL_THERE)
        if place.key:
            page.keyboard.press("Escape")
            eventually(lambda: stored(visitor, place.key) == text.strip(), within_s=20, else_say=lambda: f"{place} {text!r}")  # noqa: B023


def forget_the_tab(last: dict[Place, str]) -> None:
    for place in [place for place in last if place.tab_only]:
        del last[place]


def leave(chance: random.Random, visitor: StagePage, place: Place) -> bool:
    """Go away from a field in one of the ways in which people do. True for a reload."""
    page, others = visitor.page, ("Sessions", "Settings", "Trends", "Running agents")
    match chance.randrange(6):
        case 0:
            taps(page, chance.choice(others), "Studio")
        case 1:
            taps(page, chance.choice(others))
            page.wait_for_timeout(chance.choice((0, 60, 400)))
            taps(page, chance.choice(others), "Studio")
        case 2 if place.page == "Studio":
            visitor.tab("Avatar")
            visitor.tab("Tools")
        case 3 if place.page == "Studio":
            visitor.field("Find a setting").fill("silence")
            visitor.field("Find a setting").fill("")
        case 4 if not place.tab_only:
            page.reload()
            expect(page.get_by_role("heading", level=1).first).to_be_visible(timeout=30_000)
            return True
        case _:
            page.keyboard.press("Tab")
    return False
