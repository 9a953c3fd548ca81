"""A presenter on the whole screen: connected ahead, greeted on Start, switched by a key, ended by mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from greenroom.catalog.templates import AVA
from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.session import PRESENTER
from greenroom.model.session_query import SessionQuery
from tests.browser.conftest import WINDOWED_CHROMIUM, eventually
from tests.browser.ears import loud_seconds, record
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

#: What the scripted conversation says to the agent.
SUITE = """rehearse: 1
name: Demo
scenarios:
- id: breakfast
  caller: {lines: [{say: "What time is breakfast served?"}]}
  expect: [{says: seven}]
"""
#: Once the window is this wide: whether the caption covers the face, what is beyond the screen, and the rows of controls.
LAYOUT = """(width) => {
  const root = [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)
    .map((r) => r.querySelector('[data-testid=present]')).find(Boolean);
  const box = (what) => what.getBoundingClientRect();
  if (box(root).width !== width) return null;
  const [face, caption] = ['.orb', '[data-testid=present-caption]'].map((one) => box(root.querySelector(one)));
  const buttons = [...root.querySelectorAll('.present-controls button')];
  const beyond = (one) => box(one).left < 0 || box(one).right > width || one.scrollWidth > one.clientWidth + 1;
  return {
    covered: face.bottom > caption.top,
    outside: [...buttons, root.querySelector('.orb')].filter(beyond).map((one) => one.textContent),
    rows: new Set(buttons.map((one) => Math.round(box(one).top))).size,
  };
}"""
#: Keeps each caption of the presenter's screen: on a busy machine one can be over before a test sees it.
KEEP = """() => {
  window.__shown = [];
  const root = [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)
    .find((r) => r.querySelector('[data-testid=present]'));
  const keep = () => window.__shown.push(root.querySelector('[data-testid=present-caption]')?.textContent ?? '');
  new MutationObserver(keep).observe(root, { subtree: true, childList: true, characterData: true });
}"""
#: Keeps the locks by which a page keeps the screen on.
AWAKE = """
window.__locks = [];
navigator.wakeLock.request = async (kind) => {
  const lock = { kind, held: true };
  window.__locks.push(lock);
  return { release: async () => { lock.held = false; } };
};
"""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def greeting() -> str:
    return AVA.values["prompt.greeting"]


def test_a_presenter_gets_ready_starts_and_switches_to_backup_and_script(
    playwright: Playwright, studio: StudioProcess, silent_mic
):
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(studio.data_dir)}))
    agent = owner.agents.default().id
    owner.rehearsals.suites.create(agent, "Demo", SUITE)
    context = open_browser(playwright, silent_mic, chromium=WINDOWED_CHROMIUM)
    tab = StagePage.open(context, studio)
    stage, page = tab.stage, tab.page
    stage.get_by_role("button", name="Present").click()
    stage.get_by_test_id("hold").click()
    start = stage.get_by_test_id("release")
    expect(start).to_be_visible(timeout=30_000)
    expect(stage.get_by_test_id("mute")).to_have_count(0)
    page.wait_for_timeout(1000)
    assert loud_seconds(record(page).heard) == 0, "nothing is said before Start"
    start.click()
    caption = stage.get_by_test_id("present-caption")
    eventually(lambda: "Linden House" in caption.inner_text(), else_say=caption.inner_text)
    eventually(lambda: loud_seconds(record(page).heard) > 0.5)
    held = owner.records.page(SessionQuery())[0][0].session
    assert (held.origin, held.version_number) == (PRESENTER, 1)
    page.mouse.move(500, 300)
    for width, height in ((390, 844), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        looks = eventually(lambda w=width: page.evaluate(LAYOUT, w))
        assert looks == {"covered": False, "outside": [], "rows": 1 if width > 640 else 2}, (width, looks)
    page.keyboard.press("b")
    expect(stage.get_by_test_id("state-note")).to_contain_text("no backup version")
    draft = owner.agents.draft(agent)
    prompt = f"{AVA.values['prompt.system']} Be brief."
    owner.agents.save(agent, {**draft.settings, "prompt.system": prompt}, draft.revision)
    owner.agents.versions.name(owner.agents.versions.freeze(agent).id, "Backup")
    page.evaluate(KEEP)
    before = len(tab.states)
    for _ in range(2):  # the second press doesn't replace the backup by the version before it
        page.keyboard.press("b")
    eventually(lambda: owner.calls.get(held.id).end_reason == "restarted")
    eventually(lambda: owner.records.page(SessionQuery())[0][0].session.version_number == 2)
    backup = owner.records.page(SessionQuery())[0][0].session
    taken_over = "(id) => window.__greenroom.state.sessionId === id && window.__greenroom.state.phase === 'live'"
    eventually(lambda: page.evaluate(taken_over, backup.id), within_s=30)
    assert not {"Joining", "Call ended", "Ready"} & set(tab.states[before:]), "the first agent stays until the next one is there"
    page.keyboard.press("s")
    eventually(lambda: owner.calls.get(backup.id).end_reason == "restarted")
    said = "window.__shown.some((caption) => caption.includes('seven'))"
    told = "JSON.stringify([window.__shown.slice(-5), window.__greenroom.state])"
    eventually(lambda: page.evaluate(said), within_s=30, else_say=lambda: page.evaluate(told))
    scripted = owner.records.page(SessionQuery())[0][0].session
    assert (scripted.scripted, scripted.version_number) == (True, 2)
    assert stage.get_by_test_id("mute").get_attribute("data-muted") == "true", "the room isn't heard"
    assert stage.get_by_test_id("present").is_visible(), "the screen is never left"
    shut(context)


def test_mute_and_end_come_with_the_mouse_the_screen_stays_on_and_cue_cards_are_in_another_window(
    playwright: Playwright, studio: StudioProcess, silent_mic
):
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(studio.data_dir)}))
    context = open_browser(playwright, silent_mic, viewport={"width": 1280, "height": 720})
    context.add_init_script(AWAKE)
    tab = StagePage.open(context, studio)
    stage, page = tab.stage, tab.page
    stage.get_by_role("button", name="Present").click()
    screen = stage.get_by_test_id("present")
    expect(screen).to_be_visible()
    assert eventually(lambda: page.evaluate("window.__locks")) == [{"kind": "screen", "held": True}]
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # the browser has released the lock meanwhile
    held = eventually(lambda: len(locks := page.evaluate("window.__locks.map((lock) => lock.held)")) == 2 and locks)
    assert held == [False, True], "the screen stays on after another tab was shown"
    stage.get_by_role("button", name="Launch").click()
    expect(stage.get_by_test_id("mute")).to_be_attached(timeout=30_000)
    expect(screen).to_have_attribute("data-resting", "true", timeout=15_000)
    expect(stage.get_by_test_id("end")).to_be_hidden()
    page.keyboard.press("Tab")
    expect(screen).to_have_attribute("data-resting", "false")
    page.mouse.move(640, 300)
    page.mouse.move(650, 310)
    expect(screen).to_have_attribute("data-resting", "false")
    press(page, stage.get_by_test_id("mute"))
    expect(stage.get_by_test_id("mute")).to_have_attribute("data-muted", "true")
    session = owner.records.page(SessionQuery())[0][0].session
    beside = context.new_page()
    beside.goto(f"{studio.url}{owner.watch_links.create(session.id)}")
    beside.get_by_role("button", name="Cue cards").click()
    beside.get_by_test_id("cues-text").fill("Ask about breakfast.\n\nAsk about dogs.")
    beside.get_by_role("button", name="Done").click()
    expect(beside.get_by_test_id("cue")).to_have_text("Ask about breakfast.")
    beside.get_by_role("button", name="Next").click()
    expect(beside.get_by_test_id("cue")).to_have_text("Ask about dogs.")
    beside.close()
    page.bring_to_front()
    page.mouse.move(600, 320)
    press(page, stage.get_by_test_id("end"))
    eventually(lambda: owner.calls.get(session.id).end_reason == "ended")
    assert screen.is_visible(), "the audience sees no studio"
    press(page, stage.get_by_role("button", name="Launch again"))
    eventually(lambda: owner.records.page(SessionQuery())[0][0].session.id != session.id)
    assert owner.records.page(SessionQuery())[0][0].session.origin == session.origin == PRESENTER
    expect(stage.get_by_test_id("mute")).to_be_attached(timeout=30_000)
    stage.get_by_role("button", name="Leave").click()
    eventually(lambda: page.evaluate("window.__locks.every((lock) => !lock.held)"))
    shut(context)


def press(page: Page, button: Locator) -> None:
    """With the mouse, where the button is."""
    box = button.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
