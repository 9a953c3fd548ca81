"""Keys are masked by their value in every form in which they turn up."""

from __future__ import annotations

import base64
import json
import logging
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from greenroom.redaction import MASK, SECRETS, Redactor, redact_logs

pytestmark = pytest.mark.unit

KEY = 'sk-Plant+ed/9"Zq7=xyz0123456789abcdef'
ROOT = Path(__file__).parent.parent
PEM_LINE = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"


def spellings() -> list[str]:
    coded = [base64.b64encode(text.encode()).decode() for text in (f"user:{KEY}", f"u:{KEY}", f"us:{KEY}@host", KEY)]
    safe = [base64.urlsafe_b64encode(f"api:{KEY}".encode()).decode()]
    return [
        KEY,
        quote(KEY),
        quote(KEY, safe=""),
        quote_plus(KEY),
        json.dumps(KEY),
        json.dumps(json.dumps({"k": KEY})),
        repr(f"'{KEY}"),
        repr(f"Bearer {KEY}".encode()),
        *coded,
        *safe,
    ]


@pytest.mark.parametrize("spelled", spellings())
def test_a_key_is_masked_however_it_is_written(spelled: str) -> None:
    redactor = Redactor()
    redactor.learn([KEY])
    shown = redactor.text(f"before {spelled} after")
    assert MASK in shown
    assert not any(spelled[at : at + 16] in shown for at in range(8, len(spelled) - 24))
    assert (shown.startswith("before "), shown.endswith(" after")) == (True, True)


@pytest.mark.parametrize("kept", [12, 20, len(KEY) - 1])
@pytest.mark.parametrize("ending", ["", "…", "..."])
def test_a_key_that_was_cut_off_with_its_message_is_masked(kept: int, ending: str) -> None:
    redactor = Redactor()
    redactor.learn([KEY])
    assert redactor.text(f"401: wrong key {KEY[:kept]}{ending}") == f"401: wrong key {MASK}"
    assert redactor.text("401: wrong key sk-Plant") == "401: wrong key sk-Plant"


def test_each_line_of_a_private_key_is_masked() -> None:
    secret = json.dumps(
        {"type": "service_account", "private_key": f"-----BEGIN PRIVATE KEY-----\\n{PEM_LINE}\\n-----END PRIVATE KEY-----"}
    )
    redactor = Redactor()
    redactor.learn([secret.replace("\\\\", "\\")])
    shown = redactor.text(f"line 2:\n{PEM_LINE}\nof a service_account")
    assert shown == f"line 2:\n{MASK}\nof a service_account"


def test_what_python_prints_of_an_exception_nobody_caught_holds_no_key() -> None:
    program = (
        "import threading; from greenroom.redaction import SECRETS, redact_logs\n"
        f"key = {KEY!r}; SECRETS.learn([key]); redact_logs()\n"
        "def fail(): raise ValueError(f'Illegal header value {key.encode()!r}')\n"
        "thread = threading.Thread(target=fail); thread.start(); thread.join(); fail()"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert ended.returncode == 1
    assert ended.stderr.count("ValueError: Illegal header value b'•••'") == 2
    assert KEY not in ended.stderr


def test_what_python_prints_of_an_exception_that_nobody_can_catch_holds_no_key() -> None:
    program = (
        "from greenroom.redaction import SECRETS, redact_logs\n"
        f"key = {KEY!r}; SECRETS.learn([key]); redact_logs()\n"
        "class Connection:\n    def __del__(self): raise ValueError(f'still open: {key}')\n"
        "del_me = Connection(); del del_me"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "ValueError: still open: •••" in ended.stderr
    assert KEY not in ended.stderr


def test_an_exception_that_is_itself_the_message_of_a_log_holds_no_key(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    try:
        redact_logs()
        SECRETS.learn([KEY])
        logging.getLogger("library").warning(ConnectionError(f"refused for {KEY}"))
    finally:
        logging.setLogRecordFactory(before)
    assert caplog.messages == [f"refused for {MASK}"]


def test_a_key_that_is_no_text_is_masked_too() -> None:
    """As the environment holds it when its bytes aren't UTF-8."""
    redactor = Redactor()
    redactor.learn(["sk-Plant\udcff0123456789"])
    assert redactor.text("refused: sk-Plant\udcff0123456789") == f"refused: {MASK}"


def test_one_look_tells_that_a_text_holds_no_secret() -> None:
    redactor = Redactor()
    assert not redactor.may_be_in(KEY)
    redactor.learn([KEY])
    assert all(redactor.may_be_in(f"before {spelled} after") for spelled in (*spellings(), KEY[:12]))
    assert not redactor.may_be_in(f"before {KEY[:11]} {KEY[1:]} after")
