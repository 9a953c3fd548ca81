"""What a guest waits for: the page, and the greeting after the click; and how a presenter's Start compares with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, Page

from bench.acoustics import sounds
from bench.crowd import measured
from bench.figures import Goal, spread
from bench.scene import Scene
from bench.twin_calls import calls, twin
from greenroom.composition import services_alone
from greenroom.config import read
from greenroom.model.guest_link import GuestLinkOptions
from tests.browser.ears import TAP, record
from tests.browser.stage import open_browser, shut, write_speech

PAINT_GOAL = Goal("p50 ≤ 1000", "p50", 1000)
GREETING_GOAL = Goal("no limit set; nothing is launched before the click", "p50")
START_GOAL = Goal("p50 ≤ 300", "p50", 300)
RATIO_GOAL = Goal("no limit set; compare with earlier runs on the same machine", "ratio")
VISITS, QUICK = 5, 2
#: From the first touch of the page to the click, as a guest needs to read it.
READING_MS = 2000
CLICKS = "addEventListener('click', () => { window.__clicked = performance.now(); }, true);"
GUESTS, GUESTS_S, QUICK_S = 8, 25.0, 10.0


def guesting(scene: Scene) -> dict[str, Any]:
    """A new browser for each visit. Milliseconds."""
    owner = services_alone(read({"GREENROOM_DATA_DIR": str(scene.studio.data_dir)}))
    link = owner.guest_links.create(GuestLinkOptions(agent_id=owner.agents.default().id, total_s=0))
    address = f"{scene.studio.url}{owner.guest_links.path(link)}"
    paints, greetings, starts = [], [], []
    for _ in range(QUICK if scene.quick else VISITS):
        with _browser(scene) as page:
            page.goto(address)
            button = page.get_by_test_id("launch")
            button.wait_for()
            painted = page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
            paints.append(painted.json_value())
            button.hover()
            page.wait_for_timeout(READING_MS)
            button.click()
            greetings.append(_heard_after_click(page))
        with _browser(scene) as page:
            page.goto(scene.studio.url)
            stage = page.get_by_test_id("stage")
            stage.get_by_role("button", name="Present").click()
            stage.get_by_test_id("hold").click()
            stage.get_by_test_id("release").wait_for(timeout=30_000)
            page.wait_for_timeout(READING_MS)
            stage.get_by_test_id("release").click()
            starts.append(_heard_after_click(page))
    return {
        "guest_first_paint_ms": spread(paints),
        "guest_click_to_greeting_ms": spread(greetings),
        "present_start_to_greeting_ms": spread(starts),
    }


def crowded(scene: Scene) -> dict[str, Any]:
    """How much slower answers are while eight guests talk than for one: the ratio of the p90, voice to voice."""
    seconds = QUICK_S if scene.quick else GUESTS_S

    async def both() -> list[dict[str, Any]]:
        async with calls(process) as crowd:
            levels = []
            for size in (1, GUESTS):
                while len(crowd.callers) < size:
                    await crowd.add()
                levels.append(await measured(crowd, seconds))
            return levels

    with twin() as process:
        alone, together = asyncio.run(both())
    ratio = round(together["p90"] / alone["p90"], 2)
    return {"guests_8_calls_v2v_p90_ratio": {"ratio": ratio, "alone": alone, "together": together}}


@contextmanager
def _browser(scene: Scene) -> Iterator[Page]:
    context: BrowserContext = open_browser(scene.playwright, write_speech(scene.folder / "guest.wav", 60.0))
    try:
        page = context.new_page()
        for script in (CLICKS, TAP):
            page.add_init_script(script)
        yield page
    finally:
        shut(context)


def _heard_after_click(page: Page) -> float:
    """The first sound after the last click."""
    page.wait_for_function("() => window.__greenroom?.state.phase === 'live'", timeout=30_000)
    page.wait_for_timeout(3000)
    heard = sounds(record(page).heard)
    began, clicked = page.evaluate("[window.__heardFrom, window.__clicked]")
    return next(began + one.start * 1000 - clicked for one in heard if began + one.start * 1000 > clicked)
