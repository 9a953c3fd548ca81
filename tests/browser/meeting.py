"""A channel of a twin with a bare page in it: Agora's unmodified SDK and toolkit, and agents started over REST."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from greenroom.agora.auth import TokenAuth
from greenroom.agora.client import AgoraClient
from greenroom.agora.tokens import rtc_rtm_token
from greenroom.clock import Clock
from tests.browser.callers import PAGE
from tests.browser.conftest import FRONTEND, eventually

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

    def start(self, uid: int, greeting: str, avatar: dict[str, Any] | None = None) -> str:
        """The id of the agent. ``avatar`` is the ``params`` of one."""
        properties = {
            "channel": self.channel,
            "token": self.token(uid),
            "agent_rtc_uid": str(uid),
            "remote_rtc_uids": [str(PERSON)],
            "idle_timeout": 60,
            "asr": {"vendor": "ares"},
            "tts": {"vendor": "openai", "params": {"voice": "coral"}},
            "llm": {
                "credential_mode": "managed",
                "vendor": "openai",
                "url": "https://api.openai.com/v1/chat/completions",
                "greeting_message": greeting,
                "system_messages": [{"role": "system", "content": "Dogs are welcome."}],
            },
        }
        if avatar is not None:
            properties["avatar"] = {"enable": True, "vendor": "generic", "params": avatar}
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


@contextmanager
def served_page(rtc_sdk: Path) -> Iterator[str]:
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
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def met(browser: Browser, twin: Any, page_address: str) -> Iterator[Meeting]:
    """A meeting in a page of its own; its agents leave at the end."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{page_address}/page?edge={twin.port}")
    held = Meeting(page, twin)
    yield held
    for agent_id, uid in held.started:
        held.leave(agent_id, uid)
    held.api.close()
    context.close()
