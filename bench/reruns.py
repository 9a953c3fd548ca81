"""How long a rerun of the Studio takes, alone and during a call."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from bench.figures import spread
from tests.browser.stage import StagePage, open_browser, shut, write_speech
from tests.studio_process import StudioProcess

RERUNS = 25
#: Key press → the script has run, as Streamlit itself says it.
WATCH = """
() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.__reruns = [];
  let pressed = null, ran = false;
  addEventListener('keydown', () => { pressed = performance.now(); ran = false; }, true);
  new MutationObserver(() => {
    const state = app.getAttribute('data-test-script-state');
    if (state === 'running') ran = true;
    if (state === 'notRunning' && ran && pressed !== null) { window.__reruns.push(performance.now() - pressed); pressed = null; }
  }).observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
}
"""


def rerun_ms(playwright: Playwright, studio: StudioProcess) -> dict[str, Any]:
    """p95 alone and in a call, and their ratio."""
    context = open_browser(playwright, write_speech(Path(tempfile.mkdtemp()) / "silence.wav", 60.0))
    tab = StagePage.open(context, studio)
    tab.tab("Turn taking")
    tab.page.evaluate(WATCH)
    alone = _reruns(tab)
    tab.launch_and_wait()
    tab.expect_quiet()
    in_call = _reruns(tab)
    tab.end()
    shut(context)
    return {"rerun_ms": {"alone": spread(alone), "in_call": spread(in_call), "ratio": _ratio(alone, in_call)}}


def _ratio(alone: list[float], in_call: list[float]) -> float | None:
    return round(spread(in_call)["p95"] / spread(alone)["p95"], 2) if alone and in_call else None


def _reruns(tab: StagePage) -> list[float]:
    tab.page.evaluate("window.__reruns = []")
    slider = tab.page.get_by_role("slider").first
    for step in range(RERUNS):
        slider.focus()
        tab.page.keyboard.press("ArrowRight" if step % 2 else "ArrowLeft")
        tab.page.wait_for_timeout(250)
        tab.settled()
    return tab.page.evaluate("window.__reruns")
