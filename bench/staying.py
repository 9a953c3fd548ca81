"""How soon a call is back after its line was cut, and what twenty calls leave in a tab."""

from __future__ import annotations

import time
from typing import Any

import httpx

from bench.figures import Goal, spread
from bench.scene import Scene
from tests.browser.conftest import CHROMIUM
from tests.browser.stage import FLAGS, StagePage, write_speech

RECONNECT_GOAL = Goal("no limit set; the SDK waits before it tries again")
LEAK_GOAL = Goal("no AudioContext and no track is left", "left", 0)
CUTS, QUICK_CUTS = 5, 2
CALLS, QUICK_CALLS = 20, 3
#: Everything a call opens in a browser, counted as it is opened and as it ends.
COUNT = """
window.__contexts = new Set(); window.__tracks = new Set();
const Plain = window.AudioContext;
window.AudioContext = class extends Plain {
  constructor(...given) { super(...given); window.__contexts.add(this); }
  close() { window.__contexts.delete(this); return super.close(); }
};
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wish) => {
  const stream = await ask(wish);
  for (const track of stream.getTracks()) window.__tracks.add(track);
  return stream;
};
"""
LEFT = "() => [window.__contexts.size, [...window.__tracks].filter((track) => track.readyState === 'live').length]"
#: Each change of the line as the page saw it.
WATCH = """
window.__line = [];
setInterval(() => {
  const online = window.__greenroom?.state.channelOnline;
  if (online !== window.__line.at(-1)?.[1]) window.__line.push([performance.now(), online]);
}, 5);
"""


def staying(scene: Scene) -> dict[str, Any]:
    """One tab for both."""
    mic = write_speech(scene.folder / "silence.wav", 120.0)
    flags = [*FLAGS, f"--use-file-for-fake-audio-capture={mic}"]
    browser = scene.playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    try:
        context = browser.new_context(permissions=["microphone"], viewport={"width": 1280, "height": 860})
        context.add_init_script(COUNT)
        context.add_init_script(WATCH)
        tab = StagePage.open(context, scene.studio)
        return {"reconnect_ms": _cuts(tab, scene), "leak_after_20_calls": _leaks(tab, scene)}
    finally:
        browser.close()


def _cuts(tab: StagePage, scene: Scene) -> dict[str, Any]:
    tab.launch_and_wait()
    tab.expect_quiet()
    taken = []
    for _ in range(QUICK_CUTS if scene.quick else CUTS):
        tab.page.evaluate("window.__line.length = 0")
        tab.page.wait_for_function("() => window.__line.length === 1")  # the state before the cut
        order = {"endpoint": "socket"}
        httpx.post(f"http://127.0.0.1:{scene.studio.twin_port()}/twin/faults", json=order, trust_env=False).raise_for_status()
        tab.page.wait_for_function("() => window.__line.length >= 3", timeout=30_000)
        (_, (lost, _), (back, _)) = tab.page.evaluate("window.__line.slice(0, 3)")
        taken.append(back - lost)
        time.sleep(2)
    tab.end()
    return spread(taken)


def _leaks(tab: StagePage, scene: Scene) -> dict[str, Any]:
    calls = QUICK_CALLS if scene.quick else CALLS
    tab.page.wait_for_timeout(1000)
    before = tab.page.evaluate(LEFT)
    for _ in range(calls):
        tab.stage.get_by_role("button", name="Launch").click()
        tab.expect_state("Listening", "Speaking")
        tab.end()
    tab.page.wait_for_timeout(2000)
    contexts, tracks = (after - was for after, was in zip(tab.page.evaluate(LEFT), before, strict=True))
    return {"calls": calls, "contexts": contexts, "tracks": tracks, "left": contexts + tracks}
