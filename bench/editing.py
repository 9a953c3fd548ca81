"""How soon typed words are saved, and how soon a page answers a click that opens it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from bench.figures import Goal, spread
from bench.scene import Scene
from tests.browser.stage import StagePage

SAVED_GOAL = Goal("p95 ≤ 1 s after the last key", "p95", 1000.0)
CLICK_GOAL = Goal("p95 ≤ 400 ms for each page", "slowest_p95", 400.0)
SAVES, CLICKS, QUICK = 20, 12, 4
PAGES = (
    "Sessions",
    "Rehearse",
    "Guest links",
    "Running agents",
    "Trends",
    "Join a channel",
    "Sound check",
    "Settings",
    "Studio",
)
#: Last key → the answer of the route that saves.
WATCH_SAVES = """
() => {
  window.__saves = [];
  let last = 0;
  addEventListener('input', () => { last = performance.now(); }, true);
  const plain = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await plain(...asked);
    if (String(asked[0]).includes('/api/drafts/') && answer.ok) window.__saves.push(performance.now() - last);
    return answer;
  };
}
"""
#: Click on a link of the navigation → the heading of its page stands there and the script has run.
WATCH_PAGE = """
(title) => new Promise((resolve, reject) => {
  const begun = performance.now();
  const link = [...document.querySelectorAll('[data-testid=stSidebarNav] a')].find((a) => a.textContent.trim().endsWith(title));
  const look = () => {
    const heading = document.querySelector('[data-testid=stMain] h1');
    const ran = document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state') === 'notRunning';
    if (heading?.textContent.trim() === title && ran) resolve(performance.now() - begun);
    else if (performance.now() - begun > 20_000) reject(new Error(`${title} did not open`));
    else requestAnimationFrame(look);
  };
  link.click();
  look();
})
"""


def editing(scene: Scene) -> dict[str, Any]:
    """Milliseconds; the words are typed into the prompt, the pages are opened one after the other."""
    with scene.tab(1.0, record=False) as tab:
        saved = typing_to_saved(tab, QUICK if scene.quick else SAVES)
        clicks = {title: [] for title in PAGES}
        for _ in range(QUICK if scene.quick else CLICKS):
            for title in PAGES:
                clicks[title].append(click_to_page(tab.page, title))
    pages = {title.lower(): spread(times) for title, times in clicks.items()}
    slowest = max(figures["p95"] for figures in pages.values())
    return {"typing_to_saved_ms": spread(saved), "click_to_page_ms": {**pages, "slowest_p95": slowest}}


def typing_to_saved(tab: StagePage, times: int) -> list[float]:
    """Milliseconds from each typed number at the end of the prompt to the server's answer that it is saved."""
    tab.page.evaluate(WATCH_SAVES)
    box = tab.field("System prompt")
    box.click()
    tab.page.keyboard.press("ControlOrMeta+End")
    for number in range(times):
        before = tab.page.evaluate("window.__saves.length")
        tab.page.keyboard.type(f" {number}")
        tab.page.wait_for_function("(n) => window.__saves.length > n", arg=before)
    return tab.page.evaluate("window.__saves")


def click_to_page(page: Page, title: str) -> float:
    """Milliseconds from the click in the navigation to the page's heading with a script that has run."""
    took = page.evaluate(WATCH_PAGE, title)
    page.wait_for_timeout(150)
    return took
