"""The twin's command line."""

from __future__ import annotations

import pytest

from greenroom.twin.config import TwinConfig, parse

pytestmark = pytest.mark.unit

HEX = "0123456789abcdef0123456789abcdef"


def test_without_arguments_it_serves_any_project_on_loopback():
    assert parse([]) == TwinConfig()
    assert (TwinConfig().host, TwinConfig().port) == ("127.0.0.1", 8450)


def test_every_argument_is_taken():
    config = parse(
        f"--host 127.0.0.2 --port 0 --app-id {HEX} --app-certificate {HEX} --customer-id me --customer-secret mine "
        "--media-port 5000 --brain scripted --max-agents 3 --owner-pipe".split()
    )
    assert config == TwinConfig("127.0.0.2", 0, 5000, HEX, HEX, "me", "mine", "scripted", True, 3)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("--port 70000", "0 to 65535"),
        ("--port x", "0 to 65535"),
        ("--app-id abc", "32 hexadecimal"),
        (f"--app-certificate {HEX}", "needs --app-id"),
        ("--customer-id me", "need each other"),
        ("--brain galaxy", "invalid choice"),
        ("--max-agents 0", "1 to 1000"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(line: str, why: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        parse(line.split())
    assert end.value.code == 2
    assert why in capsys.readouterr().err


def test_no_secret_is_in_the_repr():
    """Row 94."""
    config = TwinConfig(app_certificate=HEX, customer_id="planted-id", customer_secret="planted-secret")
    assert not [secret for secret in (HEX, "planted-id", "planted-secret") if secret in repr(config)]
