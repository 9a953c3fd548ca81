"""Backup and restore by one command: while Greenroom works, and never under it."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest

from greenroom import backup as tool
from greenroom.backup import InvalidBackup, backup, in_use, restore
from greenroom.model.session import Turn
from tests.recording.sound import webm
from tests.services.conftest import make_harness

pytestmark = pytest.mark.unit

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def harness(tmp_path):
    return make_harness(NOBODY, tmp_path / "here")


@pytest.fixture
def session_id(harness, tmp_path):
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(1, "user", "Are dogs welcome?", 0, 500))
    harness.recordings.take(session_id, 0, 0, webm(tmp_path / "sound", 1.0).read_bytes())
    harness.calls.end(session_id, "ended")
    harness.recordings.settle(session_id)
    return session_id


def test_what_was_backed_up_is_there_again_on_another_machine(harness, session_id, tmp_path):
    content = backup(harness.config, tmp_path / "backup.zip")
    assert (content.sessions, content.rows["turns"]) == (1, 1)
    other = make_harness(NOBODY, tmp_path / "there")
    mine = other.launch()
    other.calls.end(mine, "ended")
    other.sessions._database.close()
    before = restore(other.config, tmp_path / "backup.zip")
    assert (before / "greenroom.db").exists(), "what was there is kept beside it"
    restored = make_harness(NOBODY, tmp_path / "there")
    assert [turn.text for turn in restored.records.get(session_id).turns] == ["Are dogs welcome?"]
    assert restored.recordings.file(session_id).read_bytes() == harness.recordings.file(session_id).read_bytes()
    assert restored.records.count() == 1


def test_a_backup_holds_no_keys(harness, session_id, tmp_path):
    harness.credentials.store("OPENAI_API_KEY", "sk-very-secret")
    backup(harness.config, tmp_path / "backup.zip")
    archive = zipfile.ZipFile(tmp_path / "backup.zip")
    assert all(tool.is_ours(name) for name in archive.namelist())
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"sk-very-secret" not in everything
    assert (harness.config.data_dir / "capability.key").read_bytes() not in everything


def test_a_backup_while_calls_are_written_is_whole(harness, session_id, tmp_path):
    over = threading.Event()

    def write():
        number = 0
        while not over.is_set():
            number += 1
            harness.calls.record_turn(session_id, Turn(number, "agent", "word " * 50, number, number + 1))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(harness.config, tmp_path / f"{number}.zip")
    finally:
        over.set()
        writer.join()
    other = make_harness(NOBODY, tmp_path / "there")
    other.sessions._database.close()
    restore(other.config, tmp_path / "2.zip")
    restored = make_harness(NOBODY, tmp_path / "there").records.get(session_id)
    assert restored.session.turn_count == len(restored.turns)


def test_nothing_is_restored_under_a_running_studio_and_two_may_share_a_folder(harness, session_id, tmp_path):
    backup(harness.config, tmp_path / "backup.zip")
    with (
        in_use(harness.config.data_dir),
        in_use(harness.config.data_dir),
        pytest.raises(InvalidBackup, match="is using this folder"),
    ):
        restore(harness.config, tmp_path / "backup.zip")
    assert harness.records.get(session_id).turns


@pytest.mark.parametrize("name", ["a#b", "a?b", "a%41b", "a b'\"ü&c", "#?%"])
def test_a_folder_of_any_name_is_backed_up_and_restored(tmp_path, name):
    harness = make_harness(NOBODY, tmp_path / name)
    session_id = harness.launch()
    harness.calls.record_turn(session_id, Turn(1, "user", "Are dogs welcome?", 0, 500))
    assert (tmp_path / name / "greenroom.db").is_file() or not harness.config.database_url.startswith("sqlite")
    assert backup(harness.config, tmp_path / "backup.zip").rows["turns"] == 1
    harness.sessions._database.close()
    restore(harness.config, tmp_path / "backup.zip")
    assert make_harness(NOBODY, tmp_path / name).records.get(session_id).turns[0].text == "Are dogs welcome?"


def damage(file):
    """Overwrite the middle of the file, as a failing disk does."""
    raw = bytearray(file.read_bytes())
    raw[4096:-4096] = os.urandom(len(raw) - 8192)
    file.write_bytes(raw)


def test_a_damaged_database_is_not_backed_up(harness, session_id, tmp_path):
    harness.sessions._database.close()
    damage(harness.config.data_dir / "greenroom.db")
    with pytest.raises(InvalidBackup, match="damaged|copied"):
        backup(harness.config, tmp_path / "backup.zip")
    assert list(tmp_path.glob("backup*")) == []


def test_a_damage_that_is_told_with_bytes_that_are_no_text_is_a_damage(harness, session_id, tmp_path):
    file = harness.config.data_dir / "greenroom.db"
    harness.sessions._database.close()
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA writable_schema = on")
        database.execute("update sqlite_master set name = cast(x'ba8c' as text) where type = 'index' and name like 'ix_%'")
        database.commit()
    with pytest.raises(InvalidBackup, match="damaged"):
        backup(harness.config, tmp_path / "x.zip")


def test_a_missing_database_is_not_backed_up(harness, session_id, tmp_path):
    harness.sessions._database.close()
    for file in harness.config.data_dir.glob("greenroom.db*"):
        file.unlink()
    with pytest.raises(InvalidBackup, match="no database"):
        backup(harness.config, tmp_path / "backup.zip")


CHANGES = {
    "an empty database": "create table t (x)",
    "fewer turns": "delete from turns",
    "of a newer Greenroom": "update alembic_version set version_num = '9999'",
}


OTHER_PARTS = {"a list of gigabytes": (tool.CONTENT, bytes(65_000_000)), "an id that is none": (tool.INSTALLATION, b"a/../b")}


@pytest.mark.parametrize("change", ["a zip of something else", "a recording less", *OTHER_PARTS, *CHANGES])
def test_a_zip_that_does_not_hold_what_a_backup_lists_changes_nothing(harness, session_id, tmp_path, change):
    backup(harness.config, tmp_path / "good.zip")
    with zipfile.ZipFile(tmp_path / "good.zip") as good:
        parts = {name: good.read(name) for name in good.namelist()}
    if change == "a zip of something else":
        parts = {"holiday.jpg": b"x"}
    elif change in OTHER_PARTS:
        name, raw = OTHER_PARTS[change]
        parts[name] = raw
    elif change == "a recording less":
        parts = {name: raw for name, raw in parts.items() if not name.endswith(".webm")}
    else:
        file = tmp_path / "other.db"
        if change != "an empty database":
            file.write_bytes(parts["greenroom.db"])
        with contextlib.closing(sqlite3.connect(file)) as other:
            other.execute(CHANGES[change])
            other.commit()
        parts["greenroom.db"] = file.read_bytes()
        if change == "of a newer Greenroom":
            listed = {**json.loads(parts[tool.CONTENT]), "sha256": hashlib.sha256(parts["greenroom.db"]).hexdigest()}
            parts[tool.CONTENT] = json.dumps(listed).encode()
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as bad:
        for name, raw in parts.items():
            bad.writestr(name, raw)
    with pytest.raises(InvalidBackup):
        restore(harness.config, tmp_path / "bad.zip")
    assert harness.records.get(session_id).turns
    assert not list(harness.config.data_dir.glob("before-*"))


FOREIGN = {
    "a trigger": "create trigger spy after insert on turns begin delete from agents; end",
    "a view": "create view spy as select * from turns",
    "an index": "create index spy on turns (text)",
    "a table": "create table spy (x)",
}
ALTERED = {
    "another column": "alter table turns add column spy text",
    "another trigger": "drop trigger turns_fts_gone; create trigger turns_fts_gone after delete on turns begin select 1; end",
    "an index less": "drop index ix_sessions_newest",
}


def changed(good: Path, bad: Path, statements: str) -> None:
    """The backup with a database to which this was done, as its list says."""
    with zipfile.ZipFile(good) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    file = bad.with_suffix(".db")
    file.write_bytes(parts["greenroom.db"])
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(statements)
    parts["greenroom.db"] = file.read_bytes()
    listed = {**json.loads(parts[tool.CONTENT]), "sha256": hashlib.sha256(parts["greenroom.db"]).hexdigest()}
    parts[tool.CONTENT] = json.dumps(listed).encode()
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)


def objects_of(file: Path) -> set[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(file)) as database:
        return set(database.execute("select type, name, tbl_name, sql from sqlite_master"))


@pytest.mark.sqlite_only
def test_what_is_not_ours_in_a_database_is_not_restored_and_what_was_altered_is_refused(harness, session_id, tmp_path):
    database = harness.config.data_dir / "greenroom.db"
    backup(harness.config, tmp_path / "good.zip")
    known = objects_of(database)
    for name, statements in FOREIGN.items():
        changed(tmp_path / "good.zip", tmp_path / "bad.zip", statements)
        restore(harness.config, tmp_path / "bad.zip")
        assert objects_of(database) == known, name
    for name, statements in ALTERED.items():
        changed(tmp_path / "good.zip", tmp_path / "bad.zip", statements)
        with pytest.raises(InvalidBackup, match="was altered"):
            restore(harness.config, tmp_path / "bad.zip")
        assert objects_of(database) == known, name
    harness.sessions._database.close()
    with contextlib.closing(sqlite3.connect(database)) as altered:
        altered.executescript(ALTERED["another column"])
    with pytest.raises(InvalidBackup, match="was altered: turns"):
        backup(harness.config, tmp_path / "again.zip")


def test_a_restore_that_fails_half_way_changes_nothing(harness, session_id, tmp_path, monkeypatch):
    """For instance where the database is on another disk, and that one is full."""
    backup(harness.config, tmp_path / "b.zip")
    harness.sessions._database.close()
    move, database = shutil.move, harness.config.data_dir / "greenroom.db"

    def full(source, target):
        if target == database and "before-" not in str(source):
            target.write_bytes(b"half of it")
            raise OSError(errno.ENOSPC, "No space left on device")
        return move(source, target)

    monkeypatch.setattr(shutil, "move", full)
    with pytest.raises(InvalidBackup, match="No space left"):
        restore(harness.config, tmp_path / "b.zip")
    again = make_harness(NOBODY, harness.config.data_dir)
    assert again.records.get(session_id).turns
    assert again.recordings.file(session_id).stat().st_size
    assert not list(harness.config.data_dir.glob("before-*"))


def test_two_restores_in_one_second_keep_both_earlier_states(harness, session_id, tmp_path):
    backup(harness.config, tmp_path / "b.zip")
    harness.sessions._database.close()
    assert len({restore(harness.config, tmp_path / "b.zip") for _ in range(3)}) == 3


def test_a_backup_and_what_is_restored_are_for_their_owner(harness, session_id, tmp_path):
    backup(harness.config, tmp_path / "backup.zip")
    other = make_harness(NOBODY, tmp_path / "there")
    other.sessions._database.close()
    before = restore(other.config, tmp_path / "backup.zip")
    folder = other.config.data_dir
    for path in (tmp_path / "backup.zip", folder / "greenroom.db", folder / "recordings", before, *folder.glob("recordings/*")):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("content", [b"", b"no zip", None])
def test_a_file_that_is_no_backup_changes_nothing(harness, session_id, tmp_path, content):
    file = tmp_path / "x.zip"
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("greenroom.db", b"no database")
    else:
        file.write_bytes(content)
    with pytest.raises(InvalidBackup):
        restore(harness.config, file)
    assert harness.records.get(session_id).turns


@pytest.mark.parametrize(
    "name", ["../greenroom.db", "/etc/passwd", "recordings/../../x.webm", "recordings/a.sh", "capability.key", "x/y.webm"]
)
def test_only_names_of_ours_are_unpacked(name):
    assert not tool.is_ours(name)


def test_the_command_says_what_it_did_and_what_it_cannot(harness, session_id, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GREENROOM_DATA_DIR", str(harness.config.data_dir))
    assert tool.main(["to", str(tmp_path / "b.zip")]) == 0
    assert "1 session and 1 recording," in capsys.readouterr().out
    assert tool.main(["from", str(tmp_path / "missing.zip")]) == 1
    assert "Couldn't read this backup" in capsys.readouterr().err
    for usage in (["sideways"], ["to", ""], ["from", " "]):
        assert tool.main(usage) == 2
    for folder in ("/proc/nobody", str(tmp_path / "b.zip")):
        monkeypatch.setenv("GREENROOM_DATA_DIR", folder)
        assert tool.main(["from", str(tmp_path / "b.zip")]) == 1
        assert "Couldn't restore" in capsys.readouterr().err
    monkeypatch.setenv("GREENROOM_DATABASE_URL", "postgresql://nobody@127.0.0.1/none")
    assert tool.main(["to", str(tmp_path / "b.zip")]) == 1
    assert "pg_dump" in capsys.readouterr().err
