"""Working while a call runs: editing, applying, typing, switching pages, an error on a page; and how a call ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Playwright, Route, TimeoutError, expect

from greenroom.agora.client import AgoraClient, TokenAuth
from greenroom.catalog.templates import AVA
from tests.browser.conftest import WINDOWED_CHROMIUM, eventually
from tests.browser.stage import StagePage, open_browser, shut
from tests.browser.studio_fixtures import *
from tests.conftest import PATIENCE_S
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture
def context(playwright: Playwright, silent_mic: Path, studio: StudioProcess) -> Iterator[BrowserContext]:
    opened = open_browser(playwright, silent_mic)
    yield opened
    shut(opened)
    agents_gone(studio)


@pytest.fixture
def tab(context: BrowserContext, studio: StudioProcess) -> StagePage:
    return StagePage.open(context, studio)


def running(studio: StudioProcess) -> int:
    return int(studio.health()["twin"]["agents"])


def agents_gone(studio: StudioProcess, within_s: float = 20.0) -> None:
    eventually(lambda: running(studio) == 0, within_s=within_s, else_say=lambda: f"{running(studio)} agents still run")


def newest_row(tab: StagePage) -> str:
    """The first session of the table, opened."""
    tab.go_to("Sessions")
    tab.settled()
    table, opened = tab.page.get_by_test_id("stDataFrame").first, tab.page.locator(".st-key-open").get_by_role("button")

    def is_selected() -> bool:
        """A table that isn't painted yet takes no click; a second click on a painted one would take the first back."""
        box = table.bounding_box()
        assert box is not None
        tab.page.mouse.click(box["x"] + 14, box["y"] + 52)
        with suppress(TimeoutError):
            opened.wait_for(timeout=8000)
        return opened.is_visible()

    eventually(is_selected, else_say=lambda: "the row can't be selected")
    opened.click()
    tab.page.get_by_role("tab", name="Transcript").wait_for()
    # Streamlit may still be drawing when its script has run: the line that says how it ended must stand there.
    expect(tab.page.get_by_text(re.compile("Offline twin ·")).first).to_be_visible(timeout=45_000)
    tab.settled()
    return tab.page.get_by_test_id("stMain").inner_text()


def test_a_typed_message_is_answered_shown_once_and_kept_in_the_record(tab):
    """rows 57, 59"""
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.type("How much is a double room?")
    expect(tab.stage.get_by_role("textbox", name="Message")).to_have_value("")
    tab.expect_said("agent", "one hundred and twenty")
    assert [t for t in tab.said("user") if "double room" in t] == ["How much is a double room?"]
    tab.type("   ")
    assert len(tab.said("user")) == 1
    tab.expect_quiet()
    tab.end()
    assert "How much is a double room?" in newest_row(tab)


def test_the_call_goes_on_through_reruns_page_switches_and_a_page_that_fails(tab):
    """The stage is drawn first and the call is not the page's."""
    tab.launch_and_wait()
    tab.expect_quiet()
    uid = tab.page.evaluate("JSON.stringify(window.__greenroom.state.sessionId ?? window.__greenroom.state)")
    tab.go_to("Sessions")
    tab.go_to("Settings")
    tab.go_to("Studio")
    tab.tab("Turn taking")
    slider = tab.page.get_by_role("slider", name=re.compile("Silence before the check")).first
    slider.focus()
    tab.page.keyboard.press("ArrowRight")
    tab.settled()
    tab.type("Are dogs welcome?")
    tab.expect_said("agent", "dogs are welcome")
    assert "Joining" not in tab.states[tab.states.index("Listening") :]
    assert tab.page.evaluate("JSON.stringify(window.__greenroom.state.sessionId ?? window.__greenroom.state)")[:8] == uid[:8]
    tab.end()


def test_a_changed_prompt_applied_now_counts_from_the_next_turn(tab):
    """row 29"""
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.fill("System prompt", f"{AVA.values['prompt.system']}\nThe swimming pool opens at six in the morning.")
    apply = tab.page.get_by_role("button", name="Apply now")
    expect(apply).to_be_enabled(timeout=45_000)
    apply.click()
    expect(tab.page.get_by_text(re.compile("Version .* applied")).first).to_be_visible(timeout=45_000)
    tab.type("When does the swimming pool open?")
    tab.expect_said("agent", "opens at six")
    tab.end()


def test_two_fast_clicks_on_launch_start_one_agent(tab, studio):
    """row 12"""
    tab.stage.get_by_role("button", name="Launch").dblclick()
    tab.expect_state("Listening", "Speaking")
    tab.page.wait_for_timeout(1500)
    assert running(studio) == 1
    tab.end()
    agents_gone(studio)


def test_a_second_viewer_gets_an_agent_and_a_uid_of_its_own(tab, context, studio):
    """row 8"""
    other = StagePage.open(context, studio)
    tab.launch_and_wait()
    other.launch_and_wait()
    assert running(studio) == 2
    other.end()
    tab.expect_state("Listening", "Speaking")
    eventually(lambda: running(studio) == 1, else_say=lambda: running(studio))
    tab.end()


def test_closing_the_tab_stops_the_agent_and_says_so(tab, context, studio):
    """row 30"""
    tab.launch_and_wait()
    tab.page.close(run_before_unload=True)
    agents_gone(studio, within_s=10)
    assert "Page closed" in newest_row(StagePage.open(context, studio))


def test_a_browser_that_is_killed_loses_its_agent_to_the_watchdog(tab, context, studio):
    """row 30"""
    tab.launch_and_wait()
    shut(context)
    agents_gone(studio, within_s=30)


def test_a_launch_can_be_cancelled(tab, studio):
    """row 24"""
    tab.launch()
    cancel = tab.stage.get_by_role("button", name="Cancel")
    try:
        cancel.click(timeout=1500)
    except Exception:  # the call was faster than the hand
        tab.end()
    expect(tab.stage.get_by_role("button", name="Launch")).to_be_visible(timeout=45_000)
    agents_gone(studio)


def test_a_refused_start_says_why_and_gives_the_button_back(tab, studio):
    """rows 18, 72: on the page that is looked at, announced to screen readers, with the way on"""
    twin = f"http://127.0.0.1:{studio.twin_port()}"
    httpx.post(
        f"{twin}/twin/faults",
        json={"endpoint": "join", "status": 403, "reason": "ServiceNotEnabled", "times": 1},
        timeout=PATIENCE_S,
    )
    tab.launch()
    problem = tab.stage.get_by_role("alert")
    expect(problem).to_be_visible(timeout=45_000)
    assert len(problem.inner_text()) > 30
    expect(tab.stage.get_by_role("button", name="Launch")).to_be_enabled(timeout=45_000)
    assert running(studio) == 0
    assert "Start refused" in newest_row(tab)


def test_a_denied_microphone_is_told_with_the_cure_and_typing_still_works(playwright, silent_mic, studio):
    """row 31"""
    browser = playwright.chromium.launch(
        executable_path=WINDOWED_CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--deny-permission-prompts"]
    )
    tab = StagePage.open(browser.new_context(viewport={"width": 1280, "height": 860}), studio)
    tab.launch()
    eventually(lambda: "microphone" in tab.stage.inner_text().lower(), within_s=20, else_say=tab.stage.inner_text)
    tab.expect_state("Listening", "Speaking")
    tab.type("Are dogs welcome?")
    tab.expect_said("agent", "dogs are welcome")
    tab.end()
    browser.close()


def test_no_key_reaches_the_page(tab):
    """row 94"""
    seen: list[str] = []
    tab.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: seen.append(str(frame))))
    tab.page.on("response", lambda answer: seen.append(answer.url))
    tab.page.reload()
    expect(tab.stage).to_be_visible(timeout=30_000)
    tab.launch_and_wait()
    tab.end()
    everything = " ".join(seen) + tab.page.content()
    assert len(everything) > 10_000
    assert "00112233445566778899aabbccddeeff" not in everything


def test_the_voice_can_be_heard_before_a_launch(tab):
    """row 92"""
    tab.tab("Voice")
    tab.page.get_by_role("button", name="Play preview text").click()
    audio = tab.page.locator("audio")
    audio.wait_for(state="attached", timeout=45_000)
    eventually(lambda: audio.evaluate("a => a.duration") > 1, within_s=15)


def test_what_was_typed_is_there_after_a_reload(tab, greeting):
    tab.fill("Greeting", "Hello from the test.")
    tab.page.reload()
    expect(tab.field("Greeting")).to_have_value("Hello from the test.", timeout=30_000)
    tab.fill("Greeting", greeting)


def test_a_reload_finds_the_running_agent_again(tab, studio):
    """row 28: same agent, what was said is still there, and End works."""
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.type("Are dogs welcome?")
    tab.expect_said("agent", "dogs are welcome")
    tab.expect_quiet()
    tab.page.reload()
    tab.expect_state("Listening", within_s=40)
    assert running(studio) == 1
    assert tab.said("user") == ["Are dogs welcome?"]
    assert sum("this is Ava" in line for line in tab.said("agent")) == 1  # greeted once
    tab.type("How much is a double room?")
    tab.expect_said("agent", "one hundred and twenty")
    assert running(studio) == 1
    tab.expect_quiet()
    tab.end()
    agents_gone(studio)
    record = newest_row(tab)
    assert record.count("Dogs are welcome.") == 1
    assert record.count("this is Ava") == 1
    assert "How much is a double room?" in record


def test_a_reply_that_ends_while_a_reloaded_page_is_not_yet_in_the_channel_is_there(tab, studio):
    """row 28: the page has its ticket, with what was said by then, and the call software still loads."""
    sdk, held = re.compile(r"/AgoraRTC[^/]*\.js"), list[Route]()
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.stage.get_by_text("Say this", exact=True).click()
    box = tab.stage.locator(".composer-text")
    box.fill("One more thing: " + ", ".join(["the house is old and quiet"] * 6) + ", and that is all.")
    box.press("Enter")
    tab.expect_state("Speaking")
    tab.page.route(sdk, lambda route: held.append(route))
    tab.page.reload()
    eventually(lambda: tab.page.title() and held, else_say=lambda: "the page never came back into its call")
    assert not any("that is all" in line for line in tab.said("agent"))
    eventually(lambda: "and that is all" in history(studio)[-1], within_s=40, else_say=lambda: history(studio))
    for script in held:
        script.continue_()
    tab.page.unroute(sdk)
    tab.expect_said("agent", "that is all", within_s=40)
    tab.end()
    assert newest_row(tab).count("that is all") == 2  # what was to be said, and what was said


def history(studio: StudioProcess) -> list[str]:
    """What the one agent that runs remembers."""
    project = studio.project
    auth = TokenAuth(project.app_id, project.app_certificate)
    client = AgoraClient(f"http://127.0.0.1:{studio.twin_port()}", project.app_id, auth, timeout=PATIENCE_S)
    try:
        (agent,) = client.list().agents
        return [line.content for line in client.history(agent.agent_id).lines]
    finally:
        client.close()


def test_a_change_that_needs_a_restart_is_heard_after_one_click(tab):
    """rows 19, 29, 85: another voice takes over, in the same stage"""
    tab.launch_and_wait()
    tab.expect_quiet()
    tab.fill("Greeting", "Welcome back, this is the other Ava.")
    restart = tab.page.get_by_role("button", name="Restart with changes")
    expect(restart).to_be_enabled(timeout=45_000)
    restart.click()
    tab.expect_said("agent", "the other Ava")
    expect(tab.page.get_by_role("button", name="Restart with changes")).to_have_count(0, timeout=45_000)
    tab.end()
