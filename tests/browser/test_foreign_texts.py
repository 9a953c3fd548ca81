"""What others wrote, on every page that shows it: no picture, no hidden link, no formula. An address is a link to itself."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from greenroom.model.session import ToolCall, Turn
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.conftest import PATIENCE_S
from tests.services.conftest import make_harness
from tests.studio_process import StudioProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

NOBODY = "http://127.0.0.1:9"
NAME = "![x](http://evil.example/p.png) [c](javascript:x) $x$ :material/home: <b>b</b>"
TYPED = "a1 -> b2 :100: &lt;c3&gt; :streamlit:"
EVIL = f"{NAME} {TYPED} http://evil.example/whole :red[r] `c` <img src=http://evil.example/q.png> \u202e www.evil.example"
#: Everything that would be markup, if any of it became some.
SEEN = """() => ({
  pictures: [...document.querySelectorAll('img')].map(one => one.src).filter(src => src.includes('evil')),
  formulas: document.querySelectorAll('.katex').length,
  icons: [...document.querySelectorAll('span')].filter(one => one.textContent === 'home' && !one.closest('.st-key-place')).length,
  replaced: [...document.body.innerText.matchAll(/a1 \\u2192 b2|\\u{1f4af}|<c3>|whole (?!:red\\[r\\])./gu)].map(one => one[0]),
  logos: document.querySelectorAll('img[alt="Streamlit logo"]').length,
  links: [...document.querySelectorAll('a[href]')].map(one => [one.getAttribute('href'), one.textContent, one.rel, one.target])
    .filter(([href]) => /evil|javascript/.test(href) && !href.startsWith('#')),  // '#': the anchor of a heading
})"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudioProcess]:
    """With an agent, a call, notes, tags, events, tools and latencies that are all called so."""
    folder = tmp_path_factory.mktemp("foreign")
    harness = make_harness(NOBODY, folder)
    agent = harness.agents.rename(harness.agents.list()[0].id, NAME)
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(0, "agent", EVIL, 800, 1900, "greeting", False, 700, {NAME: 300}))
    harness.calls.record_turn(session_id, Turn(1, "user", EVIL, 3000, 4200))
    harness.calls.record_tool_call(session_id, ToolCall("c", 1, NAME, "{}", "ok", EVIL, 900, 30, NAME))
    harness.calls.record_event(session_id, NAME[:60], EVIL)
    harness.calls.end(session_id, "refused", EVIL)
    harness.reviews.set_tags(session_id, [NAME[:30]])
    harness.reviews.add_note(session_id, EVIL, 4000, author=NAME[:60])
    (version,) = harness.agents.versions.of(agent.id)
    harness.agents.versions.name(version.id, NAME)
    (folder / "session").write_text(session_id)
    process = StudioProcess(folder).start(engines=False)
    yield process
    process.stop()


@pytest.fixture(scope="module")
def page(playwright: Playwright) -> Iterator[Page]:
    browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
    yield browser.new_page()
    browser.close()


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/", "evil.example"),
        ("/sessions", "Sessions"),
        ("/session?id={session}", "evil.example"),
        ("/trends", "Trends"),
        ("/rehearse", "Rehearse"),
        (f"/join?channel={quote(NAME[:60])}", "Join"),
    ],
)
def test_what_others_wrote_is_text(studio: StudioProcess, page: Page, path: str, shows: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(studio.url + path.format(session=(studio.data_dir / "session").read_text()))
    expect(page.get_by_test_id("stMain").get_by_text(shows).first).to_be_visible(timeout=PATIENCE_S * 1000)
    for tab in page.get_by_test_id("stMain").get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true", timeout=PATIENCE_S * 1000)
    found = page.evaluate(SEEN)
    assert (found["pictures"], found["formulas"], found["icons"]) == ([], 0, 0)
    assert (found["replaced"], found["logos"]) == ([], 0), "it stands as typed"
    for href, text, rel, target in found["links"]:
        assert href.startswith(("http://evil.example/", "http://www.evil.example"))
        assert href.removeprefix("http://").rstrip("/") == text.removeprefix("http://").rstrip("/"), "it says where it leads"
        assert ("noreferrer" in rel or "noopener" in rel, target) == (True, "_blank")
    assert [url for url in asked if "evil.example" in url.partition("?")[0]] == []
