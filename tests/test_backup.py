"""Backup and restore by one command: while Greenroom works, and never under it."""

from __future__ import annotations

import threading
import zipfile

import pytest

from greenroom import backup as tool
from greenroom.backup import InvalidBackup, backup, in_use, restore
from greenroom.model.session import Turn
from tests.recording.sound import webm
from tests.services.conftest import make_desk

pytestmark = pytest.mark.unit

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def desk(tmp_path):
    return make_desk(NOBODY, tmp_path / "here")


@pytest.fixture
def session_id(desk, tmp_path):
    session_id = desk.launch()
    desk.calls.record_turn(session_id, Turn(1, "user", "Are dogs welcome?", 0, 500))
    desk.recordings.take(session_id, 0, 0, webm(tmp_path / "sound", 1.0).read_bytes())
    desk.calls.end(session_id, "ended")
    desk.recordings.settle(session_id)
    return session_id


def test_what_was_backed_up_is_there_again_on_another_machine(desk, session_id, tmp_path):
    assert backup(desk.config, tmp_path / "backup.zip") == 1
    other = make_desk(NOBODY, tmp_path / "there")
    mine = other.launch()
    other.calls.end(mine, "ended")
    other.sessions._database.close()
    before = restore(other.config, tmp_path / "backup.zip")
    assert (before / "greenroom.db").exists(), "what was there is kept beside it"
    restored = make_desk(NOBODY, tmp_path / "there")
    assert [turn.text for turn in restored.records.get(session_id).turns] == ["Are dogs welcome?"]
    assert restored.recordings.file(session_id).read_bytes() == desk.recordings.file(session_id).read_bytes()
    assert restored.records.count() == 1


def test_a_backup_holds_no_keys(desk, session_id, tmp_path):
    desk.credentials.store("OPENAI_API_KEY", "sk-very-secret")
    backup(desk.config, tmp_path / "backup.zip")
    archive = zipfile.ZipFile(tmp_path / "backup.zip")
    assert all(tool.is_ours(name) for name in archive.namelist())
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"sk-very-secret" not in everything
    assert (desk.config.data_dir / "key").read_bytes() not in everything


def test_a_backup_while_calls_are_written_is_whole(desk, session_id, tmp_path):
    over = threading.Event()

    def write():
        number = 0
        while not over.is_set():
            number += 1
            desk.calls.record_turn(session_id, Turn(number, "agent", "word " * 50, number, number + 1))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(desk.config, tmp_path / f"{number}.zip")
    finally:
        over.set()
        writer.join()
    other = make_desk(NOBODY, tmp_path / "there")
    other.sessions._database.close()
    restore(other.config, tmp_path / "2.zip")
    restored = make_desk(NOBODY, tmp_path / "there").records.get(session_id)
    assert restored.session.turn_count == len(restored.turns)


def test_nothing_is_restored_under_a_running_studio_and_two_may_share_a_folder(desk, session_id, tmp_path):
    backup(desk.config, tmp_path / "backup.zip")
    with in_use(desk.config.data_dir), in_use(desk.config.data_dir), pytest.raises(InvalidBackup, match="is using this folder"):
        restore(desk.config, tmp_path / "backup.zip")
    assert desk.records.get(session_id).turns


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_file_that_is_no_backup_changes_nothing(desk, session_id, tmp_path, content):
    file = tmp_path / "x.zip"
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("greenroom.db", b"no database")
    else:
        file.write_bytes(content)
    with pytest.raises(InvalidBackup):
        restore(desk.config, file)
    assert desk.records.get(session_id).turns


@pytest.mark.parametrize(
    "name", ["../greenroom.db", "/etc/passwd", "recordings/../../x.webm", "recordings/a.sh", "capability.key", "x/y.webm"]
)
def test_only_names_of_ours_are_unpacked(name):
    assert not tool.is_ours(name)


def test_the_command_says_what_it_did_and_what_it_cannot(desk, session_id, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(desk.config.data_dir))
    assert tool.main(["to", str(tmp_path / "b.zip")]) == 0
    assert "1 recordings" in capsys.readouterr().out
    assert tool.main(["from", str(tmp_path / "missing.zip")]) == 1
    assert "Couldn't read this backup" in capsys.readouterr().err
    assert tool.main(["sideways"]) == 2
    monkeypatch.setenv("GREENROOM_DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
    assert tool.main(["to", str(tmp_path / "b.zip")]) == 1
    assert "pg_dump" in capsys.readouterr().err
