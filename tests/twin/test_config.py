"""The twin's command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from greenroom.twin.config import TwinConfig, parse

pytestmark = pytest.mark.unit

HEX = "0123456789abcdef0123456789abcdef"


def test_without_arguments_it_serves_any_project_on_loopback():
    assert parse([]) == TwinConfig()
    assert (TwinConfig().host, TwinConfig().port) == ("127.0.0.1", 8450)


def secrets_file(folder: Path, **secrets: object) -> Path:
    file = folder / "secrets.json"
    file.write_text(json.dumps(secrets))
    file.chmod(0o600)
    return file


def test_every_argument_is_taken(tmp_path: Path):
    secrets = secrets_file(tmp_path, app_certificate=HEX, customer_secret="mine")
    config = parse(
        f"--host 127.0.0.2 --port 0 --app-id {HEX} --secrets {secrets} --customer-id me "
        "--media-port 5000 --brain scripted --max-agents 3 --owner-pipe --quiet".split()
    )
    assert config == TwinConfig("127.0.0.2", 0, 5000, HEX, HEX, "me", "mine", "scripted", True, 3, quiet=True)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("--port 70000", "0 to 65535"),
        ("--port x", "0 to 65535"),
        ("--app-id abc", "32 hexadecimal"),
        ("--host 0.0.0.0", "--public-url"),
        ("--secrets /nowhere/at/all", "--secrets"),
        ("--customer-id me", "need each other"),
        ("--brain galaxy", "invalid choice"),
        ("--max-agents 0", "1 to 1000"),
        ("--webhook-url localhost:8000/notices", "http:// or https://"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(line: str, why: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        parse(line.split())
    assert end.value.code == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    ("secrets", "why"),
    [
        ({"app_certificate": HEX}, "needs --app-id"),
        ({"app_certificate": "short"}, "32 hexadecimal"),
        ({"password": "x"}, "named app_certificate"),
        ({"customer_secret": 1}, "texts"),
    ],
)
def test_secrets_that_cannot_be_used_are_named(secrets: dict, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        parse(["--secrets", str(secrets_file(tmp_path, **secrets))])
    assert why in capsys.readouterr().err


def test_a_secrets_file_that_others_can_read_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = secrets_file(tmp_path)
    file.chmod(0o644)
    with pytest.raises(SystemExit):
        parse(["--secrets", str(file)])
    assert "chmod 600" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--app-certificate", "--customer-secret", "--webhook-secret"])
def test_no_secret_is_taken_from_the_command_line(option: str):
    with pytest.raises(SystemExit):
        parse(["--app-id", HEX, option, HEX])


def test_no_secret_is_in_the_repr():
    """Row 94."""
    config = TwinConfig(app_certificate=HEX, customer_id="planted-id", customer_secret="planted-secret")
    assert not [secret for secret in (HEX, "planted-id", "planted-secret") if secret in repr(config)]
