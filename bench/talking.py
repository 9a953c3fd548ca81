"""Times of a call as a person lives them, taken from what the browser's microphone and loudspeaker carried."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from bench.figures import spread
from bench.speech import QUESTIONS, read_aloud, spoken
from greenroom.twin.agent.voices.hibari import HibariVoices
from tests.browser.ears import record, spans
from tests.browser.stage import StagePage, open_browser, shut, write_speech
from tests.studio_process import StudioProcess

LAUNCHES = 5
TURN_EVERY_S = 11.0
#: From the request to the access point to the gateway's answer to the join, seen from outside the SDK.
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
  addEventListener('click', () => { window.__clicked = performance.now(); }, true);
})();
"""


def launching(playwright: Playwright, studio: StudioProcess) -> dict[str, Any]:
    """Click on Launch → first sound of the greeting; the SDK's join alone. A new page each time, so that nothing is warm."""
    greetings, joins = [], []
    mic = write_speech(Path(tempfile.mkdtemp()) / "silence.wav", 30.0)
    for _ in range(LAUNCHES):
        context = open_browser(playwright, mic)
        context.add_init_script(CLOCKS)
        tab = StagePage.open(context, studio)
        tab.page.wait_for_timeout(1500)
        tab.launch_and_wait()
        tab.page.wait_for_timeout(2500)
        start, clicked, asked, joined = tab.page.evaluate(
            "[window.__heardFrom, window.__clicked, window.__asked, window.__joined]"
        )
        first = spans(record(tab.page).heard)[0][0] * 1000
        greetings.append(start + first - clicked)
        joins.append(joined - asked)
        tab.end()
        shut(context)
    return {"launch_to_greeting_ms": spread(greetings), "sdk_join_ms": spread(joins)}


def answering(playwright: Playwright, studio: StudioProcess, voices: HibariVoices) -> dict[str, Any]:
    """End of the person's speech → first sound of the agent, for made and for real speech."""
    parts = [spoken(text, voices) for text in QUESTIONS] + read_aloud(7)
    wav: list[Any] = [8.0]
    for part in parts:
        wav += [part, TURN_EVERY_S - len(part) / 48_000]
    context = open_browser(playwright, write_speech(Path(tempfile.mkdtemp()) / "questions.wav", *wav))
    tab = StagePage.open(context, studio)
    tab.launch_and_wait()
    tab.page.wait_for_timeout(int((8.0 + TURN_EVERY_S * len(parts)) * 1000))
    sound = record(tab.page)
    tab.end()
    shut(context)
    heard, samples = spans(sound.heard), []
    for _, end in spans(sound.said, gap_s=0.6):
        after = [start for start, _ in heard if end < start < end + 6.0]
        if after:
            samples.append((after[0] - end) * 1000)
    return {"voice_to_voice_ms": spread(samples) | {"asked": len(parts), "silence_wait_ms": 480}}


def interrupting(playwright: Playwright, studio: StudioProcess, voices: HibariVoices) -> dict[str, Any]:
    """Onset of the person's speech over the agent's → the agent silent."""
    wav: list[Any] = [8.0]
    for _ in range(6):
        wav += [spoken("What time is breakfast served?", voices), 3.0, spoken("Thank you very much indeed.", voices), 6.0]
    context = open_browser(playwright, write_speech(Path(tempfile.mkdtemp()) / "barge.wav", *wav))
    tab = StagePage.open(context, studio)
    tab.launch_and_wait()
    tab.page.wait_for_timeout(int(sum(p if isinstance(p, float) else len(p) / 48_000 for p in wav) * 1000))
    sound = record(tab.page)
    tab.end()
    shut(context)
    heard, samples = spans(sound.heard, gap_s=0.25), []
    for onset, _ in spans(sound.said):
        over = [end for start, end in heard if start < onset < end]
        if over:
            samples.append((over[0] - onset) * 1000)
    return {"barge_in_ms": spread(samples)}
