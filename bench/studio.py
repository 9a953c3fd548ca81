"""How soon the Studio is there, and what five hundred agents cost it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from bench.figures import Goal, spread
from bench.reruns import QUICK, RERUNS, open_switches, switch
from bench.scene import Scene
from tests.browser.conftest import CHROMIUM
from tests.browser.stage import FLAGS

PAINT_GOAL = Goal("no limit set; compare with earlier runs on the same machine", "p50")
RERUN_GOAL = Goal("no limit set; compare with earlier runs on the same machine", "p95")
FULL_GOAL = Goal("p95 ≤ 2 × that of an empty store", "ratio", 2.0)
LOADS, FEW = 7, 2


def first_paint(scene: Scene) -> dict[str, Any]:
    """From asking for the address to the prompt standing in its field; the browser has the files, the session is new.

    From page to page of the studio: for whoever comes from elsewhere the browser starts a process, with any policy.
    """
    browser = scene.playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    try:
        page = browser.new_context().new_page()
        times = []
        for _ in range(1 + (FEW if scene.quick else LOADS)):
            page.goto(scene.studio.url, wait_until="commit")
            expect(page.get_by_role("textbox", name="System prompt")).to_be_visible(timeout=30_000)
            times.append(page.evaluate("performance.now()"))
    finally:
        browser.close()
    return {"studio_first_paint_ms": spread(times[1:])}


def full_store(scene: Scene) -> dict[str, Any]:
    """The same clicks in a studio with one agent and in one with five hundred. Milliseconds; the ratio is that of the p95."""
    times = QUICK if scene.quick else RERUNS
    found = {}
    for name, studio in (("empty", scene.studio), ("full", scene.full_studio)):
        with scene.tab(60.0, record=False, studio=studio) as tab:
            open_switches(tab)
            found[name] = switch(tab, times)
    ratio = round(spread(found["full"])["p95"] / spread(found["empty"])["p95"], 2)
    return {
        "studio_rerun_ms": spread(found["empty"]),
        "studio_rerun_500_agents_ms": spread(found["full"]) | {"ratio": ratio},
    }
