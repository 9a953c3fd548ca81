"""What is typed into plain fields, dialogs and the stage and not yet sent: a reload, a closed dialog and another tab keep it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Playwright, expect

from greenroom.clock import Clock
from greenroom.model.rehearsal import SuiteId
from greenroom.rehearsal.writing import SimpleStep, SimpleTest, put
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from greenroom.store.suites import SuiteStore
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
REMINDER = "Reminder text"


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """A busy machine answers late; what is lost stays lost."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def context(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic)
    yield opened
    shut(opened)


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> Iterator[StagePage]:
    opened = StagePage.open(context, studio)
    expect(opened.field("System prompt")).to_be_visible()
    opened.settled()
    yield opened
    opened.page.close()


def folded(tab: StagePage, group: str, label: str) -> Locator:
    """A field under *More*."""
    tab.tab(group)
    box = tab.field(label)
    if not box.is_visible():
        tab.page.get_by_role("tabpanel").filter(visible=True).get_by_text("More", exact=True).click()
    expect(box).to_be_visible()
    tab.settled()
    return box


def test_the_testers_name_and_what_is_searched_survive_a_reload(tab: StagePage):
    tab.go_to("Settings")
    for label, text in (("Your name", "Zoë Lee"), ("Find a credential", "eleven")):
        tab.fill(label, text)
    tab.page.reload()
    expect(tab.field("Find a credential")).to_have_value("eleven")
    expect(tab.field("Your name")).to_have_value("Zoë Lee")
    expect(tab.page.get_by_text("ELEVENLABS_API_KEY")).to_be_visible()  # it is also searched for


def test_a_message_that_was_not_sent_survives_a_reload_in_a_call(tab: StagePage):
    tab.launch_and_wait()
    box = tab.stage.get_by_role("textbox", name="Message")
    box.fill("Is there a lift?")
    tab.page.reload()
    expect(box).to_have_value("Is there a lift?")
    expect(box).to_be_enabled()
    box.press("Enter")
    tab.expect_said("user", "Is there a lift?")
    tab.end()
    tab.stage.get_by_test_id("note").fill("Answers at once")
    tab.stage.get_by_test_id("listen").click()
    tab.page.get_by_role("tab", name="Notes").click()
    expect(tab.field("Note")).to_have_value("Answers at once")


def test_a_text_in_a_closed_dialog_is_there_when_it_opens_again(tab: StagePage):
    def pasted() -> Locator:
        tab.page.get_by_role("button", name="Agent menu").click()
        tab.page.get_by_text("Import and export", exact=True).last.click()
        tab.page.get_by_role("dialog").get_by_role("radio", name="Import", exact=True).click()
        return tab.page.get_by_role("dialog").get_by_role("textbox", name="Or paste the text")

    pasted().press_sequentially("curl half")
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    tab.settled()
    expect(pasted()).to_have_value("curl half")
    assert "curl half" not in tab.page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")


def test_what_cannot_be_read_yet_does_not_come_back_over_what_was_typed_after_it(tab: StagePage):
    """The page is left without leaving the field: what stands there never goes to the server."""
    box = folded(tab, "Language model", "Additional parameters")
    box.fill('{"older":')
    box.press("Tab")
    expect(tab.page.locator("[class*=-unsaved]").first).to_be_attached()
    tab.settled()
    box.fill('{"newer":')
    link = tab.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Trends")
    link.evaluate("link => link.click()")
    expect(tab.page.get_by_role("heading", name="Trends", level=1)).to_be_visible()
    tab.go_to("Studio")
    expect(folded(tab, "Language model", "Additional parameters")).to_have_value('{"newer":')


def test_of_two_tabs_in_one_plain_field_neither_loses_a_word(tab: StagePage, context: BrowserContext):
    mine = folded(tab, "Turn taking", REMINDER)
    tab.fill(REMINDER, "Mine")
    other = StagePage.open(context, tab.studio)
    theirs = folded(other, "Turn taking", REMINDER)
    expect(theirs).to_have_value("Mine")
    other.fill(REMINDER, "Theirs")
    mine.press("End")
    mine.press_sequentially(", unsent")
    asked = tab.page.get_by_test_id("overtaken")
    for _ in range(2):  # nor does a second reload lose it before the choice
        tab.page.reload()
        tab.tab("Turn taking")
        expect(asked).to_contain_text("Mine, unsent")
    asked.get_by_role("button", name="Keep my version").click()
    expect(folded(tab, "Turn taking", REMINDER)).to_have_value("Mine, unsent")
    tab.page.reload()
    expect(folded(tab, "Turn taking", REMINDER)).to_have_value("Mine, unsent")
    expect(asked).to_have_count(0)
    other.page.close()


def test_a_scenario_file_that_was_changed_elsewhere_while_one_typed_is_not_overwritten_after_a_reload(tab: StagePage):
    database = Database(f"sqlite:///{tab.studio.data_dir / 'greenroom.db'}")
    suites, written = SuiteStore(database, Clock()), "rehearse: 1\nname: Night\nscenarios: []\n"
    suite = suites.create(SuiteId("night"), AgentStore(database, Clock()).list()[0].id, "Night", written)
    tab.go_to("Rehearse")

    def opened() -> Locator:
        tab.tab("Tests")
        tab.tab("YAML")
        return tab.page.get_by_role("textbox", name="Scenario file")

    opened().press("Control+End")
    opened().press_sequentially("# mine")
    tab.page.reload()
    expect(opened()).to_have_value(f"{written}# mine")
    expect(tab.page.get_by_text("Not saved yet.")).to_be_visible()
    suites.save(suite.id, suite.name, f"{written}# theirs", suite.revision)
    tab.page.reload()
    expect(opened()).to_have_value(f"{written}# theirs")
    tab.page.get_by_test_id("overtaken").get_by_role("button", name="Keep my version").click()
    expect(opened()).to_have_value(f"{written}# mine")
    tab.page.get_by_role("button", name="Save file").click()
    expect(tab.page.get_by_text("Not saved yet.")).to_have_count(0)
    assert suites.get(suite.id).text == f"{written}# mine"
    database.close()


def test_a_test_that_was_changed_elsewhere_while_one_typed_in_its_form_keeps_both(tab: StagePage):
    database = Database(f"sqlite:///{tab.studio.data_dir / 'greenroom.db'}")
    test = SimpleTest("tea", "Tea", (SimpleStep("Is there tea?"),), never=("no",))
    written = put("rehearse: 1\nname: Day\nscenarios: []\n", test)
    suites = SuiteStore(database, Clock())
    suite = suites.create(SuiteId("day"), AgentStore(database, Clock()).list()[0].id, "Day", written)
    tab.go_to("Rehearse")
    tab.tab("Tests")

    def choose(name: str) -> None:
        tab.page.get_by_role("combobox", name="Test", exact=True).click()
        tab.page.get_by_role("option", name=name).click()
        tab.settled()

    choose("Tea")
    title, never = (tab.page.get_by_role("textbox", name=label) for label in ("Title", "Must never say"))
    for box, words in ((title, " at five"), (never, " | never")):
        box.press("End")
        box.press_sequentially(words)
    suites.save(suite.id, suite.name, put(written, replace(test, title="Green tea"), "tea"), suite.revision)
    choose("New test")
    choose("Green tea")
    expect(title).to_have_value("Green tea")
    expect(never).to_have_value("no | never")
    tab.page.get_by_test_id("overtaken").get_by_role("button", name="Keep my version").click()
    expect(title).to_have_value("Tea at five")
    tab.page.get_by_role("button", name="Save test").click()
    expect(tab.page.get_by_text("Test saved.")).to_be_visible()
    expect(tab.page.get_by_test_id("overtaken")).to_have_count(0)
    assert "Tea at five" in suites.get(suite.id).text
    database.close()
