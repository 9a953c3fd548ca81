"""The keys of the judge and of the callers' model: each use is in the security log by the option's name, never by value."""

from __future__ import annotations

import json
from typing import cast

import pytest

from greenroom.config import read
from greenroom.services.operations.offline_brains import OfflineBrains
from greenroom.services.rehearsals import JudgeService
from greenroom.services.rehearsals.caller_models import CallerModels
from greenroom.services.rehearsals.chat_model import ChatModel
from tests.services.rehearsals.chat_server import ScriptedChat

pytestmark = [pytest.mark.unit, pytest.mark.any_database]

KEY = "sk-a-key-that-nobody-may-read-0123456789"


@pytest.mark.parametrize("of", ["judge", "caller"])
def test_the_key_of_a_rehearsals_model_is_logged_by_name(tmp_path, caplog: pytest.LogCaptureFixture, of: str):
    server = ScriptedChat(lambda messages: json.dumps({"say": "Hello."}))
    options = {"URL": server.url, "MODEL": "m", "KEY": KEY}
    config = read(
        {"GREENROOM_DATA_DIR": str(tmp_path), **{f"GREENROOM_{of.upper()}_{name}": text for name, text in options.items()}}
    )
    with caplog.at_level("INFO", logger="greenroom.security"):
        chat = JudgeService(config)._chat if of == "judge" else CallerModels(config, cast(OfflineBrains, None))._chat("m")
        for _ in range(3):
            chat.ask([{"role": "user", "content": "Hi"}])
    chat.close()
    server.close()
    (entry,) = [record.args for record in caplog.records if record.name == "greenroom.security"]
    assert entry == {
        "event": "key_used",
        "name": f"GREENROOM_{of.upper()}_KEY",
        "destination": "127.0.0.1",
        "purpose": "rehearsal",
    }
    assert KEY not in str([record.args for record in caplog.records])


def test_a_model_without_a_key_uses_none(caplog: pytest.LogCaptureFixture):
    server = ScriptedChat(lambda messages: "Hi")
    with caplog.at_level("INFO", logger="greenroom.security"):
        chat = ChatModel(server.url, "m")
        chat.ask([{"role": "user", "content": "Hi"}])
    chat.close()
    server.close()
    assert not [record for record in caplog.records if record.name == "greenroom.security"]
