"""What a product manager does in the Studio besides talking: templates, a prompt put right, versions, voices, faces, keys."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Locator, TimeoutError, expect

from greenroom.catalog.templates import TEMPLATES
from tests.browser.stage import StagePage
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

CANARY = "sk-canary-5c1d2e3f4a5b6c7d"


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    """At an agent of its own: what another test changed is not in it."""
    opened = StagePage.open(context, studio)
    new_agent(opened, "Ava")
    return opened


def dialog(tab: StagePage) -> Locator:
    return tab.page.get_by_role("dialog")


def new_agent(tab: StagePage, template: str) -> None:
    tab.page.get_by_role("button", name="New agent").first.click()
    names = [known.name for known in TEMPLATES]
    number = next(i for i, name in enumerate(names) if name.startswith(template))
    dialog(tab).get_by_role("button", name="Use template").nth(number).click()
    expect(dialog(tab)).to_have_count(0, timeout=45_000)
    tab.settled()


def choose(tab: StagePage, label: str, option: str) -> None:
    """In the group that is open. A page that still scrolls closes the list again: then it is opened once more."""
    tab.settled()
    box = tab.page.get_by_role("tabpanel").filter(visible=True).get_by_role("combobox", name=label)
    chosen = tab.page.get_by_role("option", name=option)
    for _ in range(3):
        box.click()
        with suppress(TimeoutError):
            chosen.wait_for(timeout=3000)
            break
    chosen.click()
    tab.settled()


def use_face(tab: StagePage, name: str) -> None:
    """In the avatar tab: choose one of the drawn faces."""
    face = tab.page.get_by_role("tabpanel").filter(visible=True).get_by_role("button", name=re.compile(name)).first
    face.click()
    tab.settled()
    expect(face).to_have_attribute("kind", "primary", timeout=45_000)


def use_avatar_vendor(tab: StagePage, label: str) -> None:
    """In the avatar tab: choose a vendor by its card."""
    panel = tab.page.get_by_role("tabpanel").filter(visible=True)
    panel.get_by_text("Photorealistic avatars").click()
    panel.get_by_test_id("stColumn").filter(has_text=label).get_by_role("button", name="Use").click()
    tab.settled()


def test_a_prompt_that_sounds_bad_is_put_right_with_one_click_and_undone_with_another(tab):
    """row 75"""
    written = "You are Ava.\n\n## Rules\n- **Never** guess.\n- Say when you do not know."
    tab.fill("System prompt", written)
    tab.page.get_by_text("Speech check").first.click()
    tab.page.get_by_role("button", name="Fix all safe issues").click()
    tab.settled()
    mended = tab.field("System prompt").input_value()
    assert "**" not in mended
    assert "##" not in mended
    assert "Never guess." in mended
    tab.page.get_by_role("button", name="Undo").first.click()
    tab.settled()
    expect(tab.field("System prompt")).to_have_value(written)
    tab.page.get_by_role("button", name="Undo").first.click()
    tab.settled()
    expect(tab.field("System prompt")).to_have_value(re.compile("Linden House"))


def test_an_agent_from_a_template_is_launched_as_it_is(tab):
    """row 75"""
    new_agent(tab, "Old Owl")
    greeting = tab.field("Greeting").input_value()
    tab.launch_and_wait()
    tab.expect_said("agent", greeting[:8])
    tab.end()


def test_one_s_own_sentence_is_heard_in_a_voice_chosen_from_the_list(tab):
    """row 92"""
    tab.tab("Voice")
    tab.fill("Preview text", "A table for two at seven, very good.")
    panel = tab.page.get_by_role("tabpanel").filter(visible=True)
    panel.get_by_test_id("stColumn").filter(has_text="Onyx").get_by_role("button", name="Play").click()
    expect(panel.locator("audio")).to_have_count(1, timeout=45_000)
    heard = "() => { const a = document.querySelector('audio'); return a && a.duration > 1 && a.duration < 20; }"
    tab.page.wait_for_function(heard, timeout=45_000)
    panel.get_by_test_id("stColumn").filter(has_text="Onyx").get_by_role("button", name="Use").click()
    tab.settled()
    expect(panel.get_by_test_id("stColumn").filter(has_text="Onyx").get_by_role("button", name="Selected")).to_be_visible()
    expect(tab.page.get_by_text(re.compile("Dale.*Onyx")).first).to_be_visible(timeout=45_000)


def test_a_missing_key_is_added_where_it_is_missed_and_seen_nowhere_again(tab, studio):
    tab.tab("Avatar")
    use_avatar_vendor(tab, "Akool")
    tab.page.get_by_role("button", name="Add key").first.click()
    tab.page.get_by_role("textbox", name="AKOOL_API_KEY").fill(CANARY)
    tab.page.get_by_role("button", name="Save key").click()
    expect(tab.page.get_by_text("AKOOL_API_KEY saved").first).to_be_visible(timeout=45_000)
    tab.settled()
    assert CANARY not in tab.page.content()
    assert CANARY not in studio.log


def test_an_avatar_that_the_voice_does_not_fit_is_told_and_mended_by_its_button(tab):
    """row 45"""
    tab.tab("Avatar")
    use_avatar_vendor(tab, "Akool")
    expect(tab.page.get_by_text(re.compile("needs a 16 kHz voice")).filter(visible=True).first).to_be_visible(timeout=45_000)
    tab.tab("Voice")
    choose(tab, "Vendor", "ElevenLabs")
    tab.page.get_by_role("button", name="Use 16 kHz").first.click()
    tab.settled()
    tab.tab("Avatar")
    expect(tab.page.get_by_text("The voice works with Akool").first).to_be_visible(timeout=45_000)


def test_a_key_typed_in_settings_is_listed_and_seen_nowhere_again(tab, studio):
    """row 94"""
    tab.go_to("Settings")
    tab.page.get_by_role("textbox", name="Find a credential").fill("DEEPGRAM")
    tab.page.keyboard.press("Enter")
    tab.settled()
    tab.page.get_by_role("button", name="Add", exact=True).first.click()
    dialog(tab).get_by_role("textbox", name="Value").fill(CANARY)
    dialog(tab).get_by_role("button", name="Save").click()
    expect(tab.page.get_by_text("DEEPGRAM_API_KEY saved").first).to_be_visible(timeout=45_000)
    tab.settled()
    assert CANARY not in tab.page.content()
    assert CANARY not in studio.log
    kept = b"".join(p.read_bytes() for p in studio.data_dir.rglob("*") if p.is_file())
    assert CANARY.encode() not in kept
    tab.page.get_by_role("button", name="Delete").first.click()
    tab.settled()
    tab.page.get_by_role("button", name="Undo").click()
    tab.settled()
    expect(tab.page.get_by_role("button", name="Delete").first).to_be_visible()


def test_two_launches_with_a_change_between_can_be_compared_and_the_first_restored(tab):
    tab.launch_and_wait()
    tab.end()
    tab.fill("Greeting", "Good evening, the Linden House.")
    expect(tab.page.get_by_role("button", name="Undo", exact=True)).to_be_enabled(timeout=45_000)  # it is saved
    tab.launch_and_wait()
    tab.expect_said("agent", "Good evening")
    tab.end()
    tab.page.get_by_role("button", name="Agent menu").click()
    tab.page.get_by_text("Versions", exact=True).click()
    restore = dialog(tab).get_by_role("button", name="Restore")
    expect(restore).to_have_count(2, timeout=45_000)  # drawn one after the other; the first version is the last
    restore.last.click()
    expect(dialog(tab)).to_have_count(0, timeout=45_000)
    tab.settled()
    expect(tab.field("Greeting")).to_have_value(re.compile("Hello, this is Ava"), timeout=45_000)
