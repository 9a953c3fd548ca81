"""Independent parts meet: Agora's unmodified SDK and toolkit in a bare page, agents started over REST by our own client, and a
twin as its own process. Nothing of the studio is in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from greenroom.agora.auth import TokenAuth
from greenroom.agora.client import AgoraClient
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.clock import Clock
from tests.browser.callers import PAGE
from tests.browser.conftest import FRONTEND, eventually, launch

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

PERSON = 7001
TOOLKIT = FRONTEND / "node_modules" / "agora-agent-client-toolkit" / "dist" / "index.mjs"

READ_WITH_TOOLKIT = """async (channel) => {
  window.process = { env: { NODE_ENV: 'production' } };  // what a bundler puts there
  const { AgoraVoiceAI } = await import('/toolkit.mjs');
  const ai = await AgoraVoiceAI.init({ rtcEngine: client, renderMode: 'text' });
  window.told = [];
  window.interruptions = 0;
  ai.on('transcript-updated', (items) => {
    window.told = items.map((i) => ({ uid: String(i.uid), turn: i.turn_id, text: i.text, status: i.metadata?.turn_status }));
  });
  ai.on('agent-interrupted', () => { window.interruptions += 1; });
  ai.subscribeMessage(channel);
}"""


class Meeting:
    """A channel of the twin with one browser in it."""

    def __init__(self, page: Page, twin: Any) -> None:
        self.page = page
        self.twin = twin
        self.channel = Clock().new_id(10)
        self.started: list[tuple[str, int]] = []
        self.api = AgoraClient(twin.url, twin.app_id, TokenAuth(twin.app_id, twin.certificate))

    def token(self, uid: int) -> str:
        return rtc_rtm_token(self.twin.app_id, self.twin.certificate, self.channel, uid)

    def join(self) -> None:
        who = {"appId": self.twin.app_id, "channel": self.channel, "token": self.token(PERSON), "uid": PERSON}
        assert self.page.evaluate("who => join(who)", who)["uid"] == PERSON
        self.page.evaluate(READ_WITH_TOOLKIT, self.channel)

    def start(self, uid: int, greeting: str) -> str:
        properties = {
            "channel": self.channel, "token": self.token(uid), "agent_rtc_uid": str(uid), "remote_rtc_uids": [str(PERSON)],
            "idle_timeout": 60, "asr": {"vendor": "ares"}, "tts": {"vendor": "openai", "params": {"voice": "coral"}},
            "llm": {"credential_mode": "managed", "vendor": "openai", "url": "https://api.openai.com/v1/chat/completions",
                    "greeting_message": greeting, "system_messages": [{"role": "system", "content": "Dogs are welcome."}]},
        }  # fmt: skip
        agent_id = self.api.join(f"{self.channel}-{uid}", properties).agent_id
        self.started.append((agent_id, uid))
        return agent_id

    def leave(self, agent_id: str, uid: int) -> None:
        self.api.leave(agent_id, channel=self.channel, agent_uid=uid)

    def hears(self, uid: int) -> None:
        eventually(lambda: self.page.evaluate("uid => heard(uid)", uid)["db"] > -50, within_s=20, else_say=self.seen)

    def seen(self) -> list[Any]:
        return self.page.evaluate("seen")

    def told(self) -> list[dict[str, Any]]:
        return self.page.evaluate("told")


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = launch(playwright)
    yield running
    running.close()


@pytest.fixture(scope="module")
def page_address(rtc_sdk: Path) -> Iterator[str]:
    """A server for the bare page, the SDK and the toolkit as they are in their packages; the twin itself serves no pages."""
    served = {
        "/page": (PAGE, "text/html"),
        "/sdk.js": (rtc_sdk, "text/javascript"),
        "/toolkit.mjs": (TOOLKIT, "text/javascript"),
    }

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, kind = served.get(self.path.split("?")[0], (None, ""))
            self.send_response(200 if path else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.end_headers()
            self.wfile.write(path.read_bytes() if path else b"")

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def meeting(browser: Browser, twin: Any, page_address: str) -> Iterator[Meeting]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{page_address}/page?edge={twin.port}")
    held = Meeting(page, twin)
    yield held
    for agent_id, uid in held.started:
        held.leave(agent_id, uid)
    context.close()


def test_one_agent_is_stopped_and_another_started_while_the_person_stays_in_the_room(meeting):
    """row 19: one join of the browser, two agents, both heard, both in the transcript"""
    meeting.join()
    first = meeting.start(8001, "I am the first agent of this meeting.")
    meeting.hears(8001)
    eventually(lambda: any("first agent" in t["text"] for t in meeting.told()), else_say=meeting.told)
    meeting.leave(first, 8001)
    eventually(lambda: ["left", 8001, "Quit"] in meeting.seen(), else_say=meeting.seen)
    meeting.start(8002, "I am the second agent of this meeting.")
    meeting.hears(8002)
    eventually(lambda: any("second agent" in t["text"] for t in meeting.told()), else_say=meeting.told)
    assert {t["uid"] for t in meeting.told()} == {"8001", "8002"}
    assert [s for s in meeting.seen() if s[0] == "state" and s[1] == "RECONNECTING"] == []
    assert len(meeting.page.evaluate("sockets")) == 1


def test_the_unmodified_toolkit_reads_what_the_twin_writes(meeting):
    """rows 50, 51: parts re-joined, letters beyond ASCII whole, RTC alone"""
    meeting.join()
    greeting = "Grüß Gott und bonjour, this is Zoë at the Linden House. " + "We are glad that you are here today. " * 3
    meeting.start(8003, greeting.strip())
    eventually(lambda: any(t["status"] == 1 for t in meeting.told()), within_s=30, else_say=meeting.told)
    assert [(t["uid"], t["turn"], t["text"]) for t in meeting.told()] == [("8003", 0, greeting.strip())]


def test_the_toolkit_is_told_of_an_interruption(meeting):
    """row 53"""
    meeting.join()
    agent = meeting.start(8004, "This greeting is long, and it goes on for quite a while, so that there is time to interrupt it.")
    meeting.hears(8004)
    meeting.api.interrupt(agent, channel=meeting.channel, agent_uid=8004)
    eventually(lambda: meeting.page.evaluate("interruptions") == 1, else_say=meeting.told)
    eventually(lambda: [t["status"] for t in meeting.told()] == [2], else_say=meeting.told)
    assert "interrupt it" not in meeting.told()[0]["text"]
