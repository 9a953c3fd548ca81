"""Starts that the server itself would end with a traceback: one sentence with advice instead, before it tries."""

from __future__ import annotations

import functools
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from greenroom.errors import CannotServe
from greenroom.preflight import require_free_port
from tests.browser.other_machine import self_signed_certificate
from tests.conftest import PATIENCE_S
from tests.studio_process import ROOT, StudioProcess, free_port

pytestmark = pytest.mark.twin

END_TIMEOUT_S = 90
#: Of a block for documentation (RFC 5737): no computer has it.
FOREIGN = "203.0.113.9"


def ended(command: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    foreign = ("AGORA_", "GREENROOM_", "STREAMLIT_", "MAKE", "MFLAGS")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    env |= {"GREENROOM_DATA_DIR": str(folder / "data"), "STREAMLIT_SERVER_HEADLESS": "true", **environ}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=END_TIMEOUT_S, check=False)


def start(folder: Path, *options: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return ended([sys.executable, "app.py", *options], folder, **environ)


def assert_refused(result: subprocess.CompletedProcess[str], *says: str) -> None:
    """One line: what is wrong, and what to do."""
    assert result.returncode == 1
    assert re.fullmatch(r"Greenroom can't start: .+\. .+[^ ]\n", result.stderr), result.stderr
    assert "Traceback" not in result.stdout
    assert [text for text in says if text not in result.stderr] == []


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return self_signed_certificate(tmp_path, "localhost")


@pytest.mark.parametrize("port", ["-1", "65536", "99999", "9" * 100])
def test_a_port_that_does_not_exist_is_refused(tmp_path: Path, port: str) -> None:
    assert_refused(start(tmp_path, "--server.port", port), "isn't a port", "--server.port 8502")


def test_the_environment_counts_as_the_command_line_does(tmp_path: Path) -> None:
    assert_refused(start(tmp_path, STREAMLIT_SERVER_PORT="99999"), "99999 isn't a port")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (FOREIGN, f"doesn't have the address {FOREIGN}"),
        ("nowhere.invalid", "nowhere.invalid can't be used"),
        ("ä" * 64, "isn't an address"),
        ("::1::", "::1:: can't be used"),
        ("unix:///tmp/greenroom.sock", "Unix sockets"),
    ],
)
def test_an_address_that_this_computer_does_not_have_is_refused(tmp_path: Path, address: str, says: str) -> None:
    assert_refused(start(tmp_path, "--server.address", address), says, "--server.address localhost")


def test_for_a_port_in_use_a_free_one_is_suggested(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = start(tmp_path, "--server.port", str(port))
    assert_refused(result, f"Port {port} on localhost is already in use")
    suggested = re.search(r"make run PORT=(\d+), or --server.port \1\.", result.stderr)
    assert suggested is not None
    assert port < int(suggested[1]) <= 65535 or int(suggested[1]) == 8502


def test_streamlits_own_start_ends_without_a_traceback_for_a_port_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = ended([sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", port], tmp_path)
    assert result.returncode == 1
    assert f"Port {port} is not available" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_certificate_that_cannot_be_read_is_refused(tmp_path: Path, pem: Path) -> None:
    for certificate, key in ((tmp_path / "none.pem", pem), (pem, tmp_path / "none.pem"), (pem, tmp_path)):
        result = start(tmp_path, "--server.sslCertFile", str(certificate), "--server.sslKeyFile", str(key))
        missing, name = (certificate, "sslCertFile") if key == pem else (key, "sslKeyFile")
        assert_refused(result, f"server.{name}: {missing} can't be read", "permissions")


@pytest.mark.parametrize(("named", "missing"), [("sslCertFile", "sslKeyFile"), ("sslKeyFile", "sslCertFile")])
def test_a_certificate_without_its_key_is_refused(tmp_path: Path, pem: Path, named: str, missing: str) -> None:
    assert_refused(start(tmp_path, f"--server.{named}", str(pem)), f"server.{missing} isn't", "Set both, or neither")


def test_a_certificate_that_is_none_and_one_of_another_key_are_refused(tmp_path: Path, pem: Path) -> None:
    (tmp_path / "other").mkdir()
    other, text = self_signed_certificate(tmp_path / "other", "localhost"), tmp_path / "text.pem"
    text.write_text("no certificate")
    for certificate, key, says in ((text, pem, "PEM format"), (pem, text, "PEM format"), (pem, other, "don't belong together")):
        result = start(tmp_path, "--server.sslCertFile", str(certificate), "--server.sslKeyFile", str(key))
        assert_refused(result, says, "--server.sslKeyFile")


def test_a_key_with_a_passphrase_that_nobody_can_type_is_refused(tmp_path: Path, pem: Path) -> None:
    locked = tmp_path / "locked.pem"
    command = ["openssl", "pkey", "-in", str(pem), "-aes256", "-passout", "pass:secret", "-out", str(locked)]
    subprocess.run(command, check=True, capture_output=True)
    result = start(tmp_path, "--server.sslCertFile", str(pem), "--server.sslKeyFile", str(locked))
    assert_refused(result, "passphrase", "openssl pkey")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[server]\nport = 99999\n", "99999 isn't a port"),
        (b'[server]\nport = "many"\n', "many isn't a port"),
        (b"[server\n", "isn't valid TOML"),
        (b"\xff\xfe", "isn't text in UTF-8"),
    ],
)
def test_a_config_file_that_cannot_be_used_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_bytes(content)
    assert_refused(start(tmp_path, HOME=str(tmp_path)), says)


@pytest.mark.parametrize("arguments", [("--server.port", "abc"), ("abc",), ("--abc",)])
def test_what_is_no_option_is_named(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = start(tmp_path, *arguments)
    assert (result.returncode, "abc" in result.stderr, "Traceback" in result.stderr) == (2, True, False)


def make_run(folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """With this Python's packages, which it takes for installed."""
    return ended(["make", "-o", f"{sys.prefix}/.run", "run", f"VENV={sys.prefix}", *arguments], folder, **environ)


def test_make_run_takes_a_port_and_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    result = make_run(tmp_path, "PORT=99999")
    assert result.returncode != 0
    assert "Greenroom can't start: 99999 isn't a port." in result.stderr
    assert "Traceback" not in result.stderr


def test_a_variable_port_of_the_surroundings_is_not_greenrooms(tmp_path: Path) -> None:
    assert "--server.port" not in make_run(tmp_path, "--just-print", PORT="99999").stdout
    assert '--server.port "8502"' in make_run(tmp_path, "--just-print", "PORT=8502", PORT="99999").stdout


@pytest.mark.parametrize("file", ["Makefile", "deploy/Dockerfile", "deploy/greenroom@.service"])
def test_what_we_ship_starts_through_the_checks(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf8")
    assert "streamlit run" not in text.replace('", "', " ")
    assert re.search(r'python"?,? "?app\.py', text)


def test_what_the_checks_let_pass_is_served_until_a_signal(tmp_path: Path, pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    studio = StudioProcess(tmp_path, options=("--server.sslCertFile", str(pem), "--server.sslKeyFile", str(pem)))
    address = f"https://localhost:{studio.port}/api/health"
    ask = functools.partial(httpx.get, timeout=PATIENCE_S, verify=False, trust_env=False)
    monkeypatch.setattr(studio, "health", lambda: ask(address).json())
    try:
        studio.start(engines=False)
    finally:
        studio.stop()
    assert studio.process is not None
    assert studio.process.returncode in (0, -signal.SIGTERM)
    assert "Traceback" not in studio.log


def test_streamlits_own_start_serves_the_same_studio(tmp_path: Path) -> None:
    studio = StudioProcess(tmp_path, launcher=("-m", "streamlit", "run", "app.py"))
    try:
        assert studio.start(engines=False).health()["status"] == "ok"
    finally:
        studio.stop()


def test_a_port_in_use_that_nobody_asked_for_is_passed_over(tmp_path: Path) -> None:
    """Streamlit tries the next ones: the checks leave that to it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        require_free_port("localhost", port, searches=True)
        with pytest.raises(CannotServe, match="in use"):
            require_free_port("localhost", port, searches=False)
    require_free_port("", str(free_port()), searches=False)
    require_free_port("localhost", "0", searches=False)
