"""From the click on Launch to the first sound of the greeting, and the SDK's join inside it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from bench.acoustics import sounds
from bench.figures import Goal, spread
from bench.scene import Scene
from tests.browser.ears import record
from tests.browser.stage import StagePage

GREETING_GOAL = Goal("p50 ≤ 2000", "p50", 2000)
JOIN_GOAL = Goal("p50 ≤ 400", "p50", 400)
LAUNCHES, QUICK = 5, 2
GREETING_WITHIN_MS = 20_000
#: Seen from outside the SDK: the request to the access point, and the gateway's answer to the join.
CLOCKS = """
(() => {
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    if (String(url).includes('transpond')) { window.__asked = performance.now(); window.__joined = null; }
    return open.call(this, method, url, ...rest);
  };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', (e) => {
        if (typeof e.data === 'string' && e.data.includes('rejoin_token')) window.__joined ??= performance.now();
      });
    }
  };
  addEventListener('click', (e) => { window.__clicked ??= e.timeStamp; }, true);
})();
"""


def launching(scene: Scene) -> dict[str, Any]:
    """A new browser each time, so that nothing is warm in it. Milliseconds."""
    greetings, joins, steps = [], [], defaultdict(list)
    for _ in range(QUICK if scene.quick else LAUNCHES):
        with scene.tab(30.0, script=CLOCKS) as tab:
            greeting, join, parts = _launch(tab)
            tab.end()
        greetings.append(greeting)
        joins.append(join)
        for name, ms in parts.items():
            steps[name].append(ms)
    at = {name: spread(ms)["p50"] for name, ms in steps.items()}
    return {"launch_to_greeting_ms": spread(greetings) | {"steps_p50": at}, "sdk_join_ms": spread(joins)}


def _launch(tab: StagePage) -> tuple[float, float, dict[str, float]]:
    """Greeting and join in milliseconds, and when after the click each step was done."""
    page = tab.page
    tab.launch()
    page.wait_for_function("() => window.__greenroom?.state.phase === 'live'", timeout=GREETING_WITHIN_MS)
    page.wait_for_timeout(1500)
    heard = sounds(record(page).heard)
    if not heard:
        page.wait_for_timeout(4000)
        heard = sounds(record(page).heard)
    began, clicked, asked, joined, steps = page.evaluate(
        "[window.__heardFrom, window.__clicked, window.__asked, window.__joined, window.__greenroom.state.steps]"
    )
    greeting = began + heard[0].start * 1000 - clicked
    return greeting, joined - asked, {"access_point_asked": asked - clicked, "joined": joined - clicked, **_from(steps)}


def _from(steps: dict[str, float]) -> dict[str, float]:
    """The stage's own clock starts at the ticket."""
    return {f"{name}_after_ticket": ms for name, ms in steps.items()}
