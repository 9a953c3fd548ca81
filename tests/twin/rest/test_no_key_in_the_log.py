"""The twin is sent the keys of the agents it plays; its log holds none of them, nor its own secrets."""

from __future__ import annotations

import logging

import pytest

from greenroom.catalog.secrecy import secret_values
from greenroom.redaction import MASK
from greenroom.twin.agent import ToolSettings
from greenroom.twin.config import TwinConfig
from greenroom.twin.server import build
from tests.twin.rest.rehearsal import APP_ID, CERTIFICATE, rehearse

pytestmark = pytest.mark.unit

KEY = "sk-canary-of-a-join"
BODY = {
    "llm": {"api_key": KEY, "url": f"http://127.0.0.1:9/v1?key={KEY}-2"},
    "tts": {
        "vendor": "elevenlabs",
        "params": {"key": f"{KEY}-3", "voice_id": "x", "model_id": "m", "headers": {"X-Own": f"Bearer {KEY}-4"}},
    },
}


@pytest.fixture
def own_logging():
    """The factory is one of the process."""
    before = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(before)


async def test_no_line_of_the_twin_holds_a_key_of_a_join(own_logging, caplog):
    build(TwinConfig(app_id=APP_ID, app_certificate=CERTIFICATE, webhook_secret="secret-of-the-webhook", brain="scripted"))
    async with rehearse() as twin:
        await twin.join(**BODY)
    log = logging.getLogger("greenroom.twin")
    for number, key in enumerate(sorted(secret_values(BODY))):
        log.warning("request %d to https://x.example/v1?key=%s failed: %r", number, key, {"authorization": f"Bearer {key}"})
    try:
        raise ConnectionError(f"refused for {KEY}")
    except ConnectionError:
        log.exception("certificate %s, webhook %s", CERTIFICATE, "secret-of-the-webhook")
    assert MASK in caplog.text
    assert not any(secret in caplog.text for secret in (KEY, CERTIFICATE, "secret-of-the-webhook"))


def test_the_values_that_are_masked_are_those_that_are_known():
    assert {KEY, f"{KEY}-2", f"{KEY}-3", f"{KEY}-4"} <= set(secret_values(BODY))
    assert "elevenlabs" not in set(secret_values(BODY))


def test_a_key_in_the_path_of_a_tools_address_is_known_by_the_studios_list(own_logging, caplog):
    build(TwinConfig(app_id=APP_ID, app_certificate=CERTIFICATE, brain="scripted"))
    key = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    tool = {"type": "function", "function": {"name": "send"}, "server": {"url": f"https://api.example/bot{key}/send"}}
    ToolSettings.read({"llm": {"tools": [tool]}, "offline": {"keys": [key]}})
    logging.getLogger("greenroom.twin").warning("POST %s failed", tool["server"]["url"])
    assert caplog.messages == [f"POST https://api.example/bot{MASK}/send failed"]
