"""How long a rerun of the Studio takes, alone and during a call."""

from __future__ import annotations

from typing import Any

from bench.figures import Goal, spread
from bench.scene import Scene
from tests.browser.stage import StagePage

GOAL = Goal("p95 in a call ≤ 1.5 × alone", "ratio", 1.5)
#: Even, so that the switch (whether people may interrupt) is left as it was: other figures use the same agent.
RERUNS, QUICK = 26, 8
#: Between two clicks: the page has drawn, and the clicks do not fall into step with what the page does every 2 s.
BETWEEN_MS = (130, 410)
#: Click → the script has run, as Streamlit itself says it. Only reruns that begin while nothing runs are timed.
WATCH = """
() => {
  const app = document.querySelector('[data-testid=stApp]');
  const state = () => app.getAttribute('data-test-script-state');
  window.__reruns = [];
  let clicked = null, ran = false;
  addEventListener('click', (e) => { clicked = state() === 'notRunning' ? e.timeStamp : null; ran = false; }, true);
  new MutationObserver(() => {
    if (state() === 'running') ran = true;
    else if (state() === 'notRunning' && ran && clicked !== null) {
      window.__reruns.push(performance.now() - clicked);
      clicked = null;
    }
  }).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
}
"""


def reruns(scene: Scene) -> dict[str, Any]:
    """A switch of the Turn taking tab, back and forth. Milliseconds; the ratio is that of the p95."""
    with scene.tab(60.0, record=False) as tab:
        open_switches(tab)
        times = RERUNS if not scene.quick else QUICK
        alone = switch(tab, times)
        tab.launch_and_wait()
        tab.expect_quiet()
        in_call = switch(tab, times)
        tab.end()
    ratio = round(spread(in_call)["p95"] / spread(alone)["p95"], 2) if alone and in_call else None
    return {"rerun_ms": {"alone": spread(alone), "in_call": spread(in_call), "ratio": ratio}}


def open_switches(tab: StagePage) -> None:
    """Show the switch that is pressed, and watch the reruns."""
    tab.tab("Turn taking")
    tab.page.get_by_role("tabpanel").filter(visible=True).get_by_text("More", exact=True).click()
    tab.page.evaluate(WATCH)


def switch(tab: StagePage, times: int) -> list[float]:
    """Press it so many times; how long each rerun took, in milliseconds."""
    tab.page.evaluate("window.__reruns = []")
    switch = tab.page.get_by_role("tabpanel").filter(visible=True).get_by_test_id("stCheckbox").first.locator("label")
    low, high = BETWEEN_MS
    for step in range(times):
        switch.click()
        tab.settled()
        tab.page.wait_for_timeout(low + (high - low) * step // times)
    return tab.page.evaluate("window.__reruns")
