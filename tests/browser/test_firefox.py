"""The whole main job in the other browser: the studio in a real Firefox, its join, the agent's words, an answer and the end.

What is heard cannot be judged here: without a sound device Firefox leaves every AudioContext asleep.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from greenroom.clock import Clock
from greenroom.store.agents import AgentStore
from greenroom.store.database import Database
from tests.browser.conftest import eventually
from tests.browser.firefox import PROGRAM, Firefox
from tests.browser.studio_fixtures import *
from tests.studio_process import StudioProcess

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.skipif(PROGRAM is None, reason="Firefox is not installed"),
]

#: The stage lives in a shadow root, as every component of Streamlit's newer kind.
STAGE = (
    "[...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)"
    ".map((root) => root.querySelector('[data-testid=stage]')).find(Boolean)"
)


@pytest.fixture
def firefox(studio: StudioProcess, tmp_path: Path) -> Iterator[Firefox]:
    with Firefox(tmp_path) as browser:
        browser.open(studio.url)
        browser.until(f"{STAGE}?.querySelector('[data-testid=launch]:enabled')", within_s=60)
        yield browser


#: The field of the greeting, in the shadow root of its component.
GREETING = (
    "[...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)"
    ".map((root) => root.querySelector('.prose')).filter((box) => box?.textContent.includes('Greeting'))[0]"
    "?.querySelector('textarea')"
)


def said(speaker: str, words: str) -> str:
    line = f"{STAGE}.querySelectorAll('[data-testid=line][data-speaker={speaker}]')"
    return f"[...{line}].some((line) => line.textContent.includes({json.dumps(words)}))"


def test_a_call_in_firefox_from_launch_to_end(firefox):
    """Under the content policy as Firefox reads it: nothing of the call breaks it, and no other site is asked."""
    firefox.evaluate(
        "(() => { window.broken = [];"
        " document.addEventListener('securitypolicyviolation', (event) => window.broken.push(event.blockedURI)); })()"
    )
    firefox.evaluate(f"{STAGE}.querySelector('[data-testid=launch]').click()")
    firefox.until(said("agent", "this is Ava"), within_s=60)
    assert firefox.evaluate("window.__greenroom.state.microphone") == "open"
    firefox.evaluate(
        f"""(() => {{
          const box = {STAGE}.querySelector('textarea[aria-label=Message]');
          Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, 'When is breakfast?');
          box.dispatchEvent(new Event('input', {{ bubbles: true }}));
        }})()"""
    )
    firefox.evaluate(f"{STAGE}.querySelector('[aria-label=Send]').click()")
    firefox.until(said("agent", "Breakfast is served"), within_s=30)
    firefox.evaluate(f"{STAGE}.querySelector('[data-testid=end]').click()")
    firefox.until(f"{STAGE}.querySelector('[data-testid=summary]')")
    assert firefox.evaluate("window.broken.join()") == ""
    firefox.evaluate("fetch('https://evil.example/x', { mode: 'no-cors' }).catch(() => null)")
    firefox.until("window.broken.join().includes('evil.example')")


def typed(words: str, then: str = "") -> str:
    """Type at the end of the greeting, and do something at once."""
    return f"""(() => {{
      const box = {GREETING};
      box.focus();
      box.setRangeText({json.dumps(words)}, box.value.length, box.value.length, 'end');
      box.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
      {then}
    }})()"""


def test_words_typed_in_firefox_survive_a_reload_right_after_the_key_and_another_tab(firefox, studio):
    firefox.until(GREETING)
    firefox.evaluate(typed(" From Firefox.", "location.reload();"))
    firefox.until(f"{GREETING}?.value.endsWith(' From Firefox.')", within_s=60)
    database = Database(f"sqlite:///{studio.data_dir / 'greenroom.db'}")
    try:
        agents = AgentStore(database, Clock())
        agent = agents.list()[0].id

        def stored() -> str:
            return agents.draft(agent).settings["prompt.greeting"]

        eventually(lambda: stored().endswith(" From Firefox."), within_s=20)
        draft = agents.draft(agent)
        agents.save_draft(agent, {**draft.settings, "prompt.greeting": "From another tab."}, draft.revision)
        firefox.until(GREETING)
        firefox.evaluate(typed(" And on."))
        keep = f"[...{GREETING}.getRootNode().querySelectorAll('button')].find((b) => b.textContent === 'Keep my version')"
        firefox.until(keep)
        assert stored() == "From another tab."
        firefox.evaluate(f"{keep}.click()")
        eventually(lambda: stored().endswith(" From Firefox. And on."), within_s=20, else_say=stored)
    finally:
        database.close()
