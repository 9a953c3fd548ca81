"""Bad starts: one sentence with advice, status 1, and no traceback."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from greenroom.clock import Clock
from greenroom.errors import StoreUnavailable
from greenroom.services.operations.installation import installation_id
from greenroom.store.offline_project import offline_project
from tests.studio_process import ROOT, free_port

pytestmark = pytest.mark.twin

END_TIMEOUT_S = 90


def start(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AGORA_", "GREENROOM_"))}
    env |= {"GREENROOM_DATA_DIR": str(folder), "GREENROOM_TWIN_BRAIN": "scripted", **environ}
    command = [sys.executable, "app.py", "--server.headless", "true", "--server.port", str(free_port())]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=END_TIMEOUT_S, check=False)


def file_in_the_way(folder: Path) -> None:
    folder.write_text("not a folder")


def damaged_database(folder: Path) -> None:
    folder.mkdir()
    (folder / "greenroom.db").write_bytes(b"this is no database, whatever its name says" * 100)


def damaged_project(folder: Path) -> None:
    folder.mkdir()
    (folder / "offline-project.json").write_text("{")


def newer_database(folder: Path) -> None:
    folder.mkdir()
    with sqlite3.connect(folder / "greenroom.db") as database:
        database.execute("create table alembic_version (version_num varchar(32))")
        database.execute("insert into alembic_version values ('from_the_future')")


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (file_in_the_way, "data"),
        (damaged_database, "Restore a backup"),
        (damaged_project, "damaged"),
        (newer_database, "version"),
    ],
)
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, prepare, says: str):
    folder = tmp_path / "data"
    prepare(folder)
    ended = start(folder)
    assert_one_sentence(ended)
    assert says in ended.stderr


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"AGORA_APP_ID": "short"}, "AGORA_APP_ID"),
        ({"GREENROOM_MAX_AGENTS": "many"}, "GREENROOM_MAX_AGENTS"),
        ({"GREENROOM_DATABASE_URL": "mysql://x"}, "GREENROOM_DATABASE_URL"),
    ],
)
def test_an_option_that_cannot_be_used_is_named(tmp_path: Path, environ: dict[str, str], says: str):
    ended = start(tmp_path, **environ)
    assert_one_sentence(ended)
    assert says in ended.stderr


def test_a_folder_that_cannot_be_written_is_named() -> None:
    """Not even for root, as whom some containers run."""
    if not Path("/proc/self").exists():
        pytest.skip("no folder here refuses root")
    ended = start(Path("/proc/greenroom"))
    assert_one_sentence(ended)
    assert "/proc/greenroom" in ended.stderr


def test_a_media_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("0.0.0.0", 0))
        port = str(taken.getsockname()[1])
        public = {"GREENROOM_PUBLIC_URL": "http://studio.example", "GREENROOM_ALLOW_EVERYONE": "yes"}
        ended = start(tmp_path, GREENROOM_MEDIA_PORT=port, **public)
    assert_one_sentence(ended)
    assert f"port {port} for media" in ended.stderr
    assert "GREENROOM_MEDIA_PORT" in ended.stderr


def assert_one_sentence(ended: subprocess.CompletedProcess[str]) -> None:
    assert "Greenroom can't start: " in ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    assert ended.returncode != 0


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 100_000])
def test_a_damaged_offline_project_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "offline-project.json").write_bytes(content)
    with pytest.raises(StoreUnavailable, match="offline-project.json is damaged"):
        offline_project(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a/b", b"\x00"])
def test_a_damaged_id_of_the_installation_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "installation").write_bytes(content)
    with pytest.raises(StoreUnavailable, match="installation is damaged"):
        installation_id(tmp_path, Clock())


@pytest.mark.parametrize("program", [("app.py",), ("-m", "greenroom.twin", "--port", "0")], ids=["studio", "twin"])
def test_a_limit_of_open_files_that_is_too_low_is_named(program: tuple[str, ...]):
    """It hung: asyncio tried to accept connections for which no file was left, and did nothing else."""
    code = (
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128)); os.execv(sys.executable, sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, sys.executable, *program]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=END_TIMEOUT_S, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "can't start: It may open only 128 files" in ended.stderr
    assert "Raise the hard limit" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_limit_of_open_files_is_raised_as_far_as_it_goes():
    """With macOS's 256 the studio refused the 61st open page."""
    code = """
import resource
from greenroom.open_files import allow_many_files
for soft, hard in ((900, 3000), (256, 1000)):
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allow_many_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
allow_many_files()
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=END_TIMEOUT_S)


COMMANDS = (
    ("greenroom", "agents", "list"),
    ("greenroom", "sessions", "list"),
    ("greenroom", "agents", "export", "Ava"),
    ("greenroom", "sessions", "export"),
)


def run(module: str, *arguments: str, given: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AGORA_", "GREENROOM_"))}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**env, **environ}, input=given, capture_output=True, text=True, timeout=END_TIMEOUT_S, check=False
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command))
@pytest.mark.parametrize(
    ("environ", "says"),
    [({"GREENROOM_DATA_DIR": "/proc/greenroom"}, "/proc/greenroom"), ({"GREENROOM_MAX_AGENTS": "many"}, "GREENROOM_MAX_AGENTS")],
    ids=["folder", "option"],
)
def test_a_command_that_cannot_start_says_why(tmp_path: Path, command: tuple[str, ...], environ: dict[str, str], says: str):
    ended = run(*command, **{"GREENROOM_DATA_DIR": str(tmp_path), **environ})
    assert "Traceback" not in ended.stderr
    assert says in ended.stderr
    assert ended.returncode == 1


def test_a_command_keeps_the_folder_it_makes_for_its_owner(tmp_path: Path):
    folder = tmp_path / "data"
    assert run("greenroom", "agents", "list", GREENROOM_DATA_DIR=str(folder)).returncode == 0
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("given", ["no order\n", "[]\n", "{}\n", '{"id": 1, "op": "fly"}\n', "[" * 100_000 + "\n"])
def test_callers_answer_what_is_no_order_and_go_on(given: str):
    ended = run("greenroom.callers", given=given)
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 0
    assert "This line isn't a request" in ended.stdout


def test_callers_that_cannot_start_say_why():
    ended = run("greenroom.callers", "--help")
    assert (ended.returncode, "takes no options" in ended.stderr) == (2, True)


@pytest.mark.parametrize("path", [__file__, os.devnull])
def test_callers_without_a_pipe_say_so_and_do_not_wait(path: str):
    with open(path) as file:
        command = [sys.executable, "-m", "greenroom.callers"]
        ended = subprocess.run(command, cwd=ROOT, stdin=file, capture_output=True, text=True, timeout=END_TIMEOUT_S)
    assert (ended.returncode, "standard input isn't a pipe" in ended.stderr) == (1, True)
    assert "Traceback" not in ended.stderr


def test_an_order_that_is_too_long_ends_the_callers_with_a_sentence():
    ended = run("greenroom.callers", given="a" * 5_000_000)
    assert "Traceback" not in ended.stderr
    assert (ended.returncode, "longer than" in ended.stderr) == (1, True)
