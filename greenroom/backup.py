"""``python -m greenroom.backup to FILE`` and ``… from FILE``: sessions, agents and recordings in one zip.

A backup works while Greenroom runs, using SQLite's online backup. It excludes keys: the vault and the capability key are
not copied. A restore requires Greenroom to be closed, and keeps the previous data beside the restored data.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from greenroom.byte_size import byte_size
from greenroom.config import BadConfig, Config, read
from greenroom.errors import GreenroomError, StoreUnavailable
from greenroom.plurals import counted
from greenroom.store.database import Database, sqlite_file
from greenroom.store.known_schema import altered, drop_unknown, drop_what_runs
from greenroom.store.private_files import OWNER_FOLDER, OWNER_ONLY, open_lock

DATABASE, RECORDINGS, INSTALLATION, LOCK = "greenroom.db", "recordings", "installation", "running.lock"
CONTENT = "content.json"
#: Bytes of what is read into memory: the list of a million recordings, and an id.
_MOST_BYTES = {CONTENT: 64_000_000, INSTALLATION: 100}
#: Tables that identify a Greenroom database of any version.
TABLES = ("agents", "versions", "sessions", "turns", "alembic_version")
#: What sqlite3 raises for a damaged file; its message may quote bytes that are no text, which Python can't decode.
_DAMAGE = (sqlite3.Error, UnicodeDecodeError)


class InvalidBackup(GreenroomError):
    """A backup that can't be made, read or restored."""

    advice = "Use pg_dump and pg_restore for PostgreSQL, and copy the recordings folder."


@contextlib.contextmanager
def in_use(data_dir: Path, *, alone: bool = False) -> Iterator[None]:
    """Lock the data folder: shared for studios, exclusive (``alone``) for a restore. Raises InvalidBackup if it is locked."""
    with open_lock(data_dir / LOCK) as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            raise InvalidBackup("Greenroom is using this folder.", advice="Close Greenroom, then try again.") from None
        yield


@dataclass(frozen=True, slots=True)
class BackupContent:
    """A backup's table of contents, verified when it is read: rows by table, bytes by recording."""

    rows: Mapping[str, int]
    recordings: Mapping[str, int]
    sha256: str = ""

    @property
    def sessions(self) -> int:
        """Including those marked as deleted."""
        return self.rows.get("sessions", 0)


def backup(config: Config, target: Path) -> BackupContent:
    """Write the backup to ``target`` and read it back. Leaves no incomplete file behind. Raises InvalidBackup."""
    database = _sqlite_file(config)
    if not database.is_file():
        raise InvalidBackup(f"There is no database at {database}.", advice="Check GREENROOM_DATA_DIR. Nothing was backed up.")
    half = target.with_name(f"{target.name}.{os.getpid()}.half")
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / DATABASE
            _copy(database, copy)
            rows = _checked_rows(copy)
            _require_known(copy)
            os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
            content = _write(half, copy, config.data_dir, rows)
            _read_back(half, Path(folder) / "again", content)
        half.replace(target)
    except (OSError, zipfile.BadZipFile) as error:
        raise InvalidBackup(
            f"Couldn't write the backup: {error}.", advice="Free disk space, or choose another location."
        ) from error
    finally:
        half.unlink(missing_ok=True)
    return content


def restore(config: Config, source: Path) -> Path:
    """Restore a backup and return the folder that holds the previous data. Raises InvalidBackup; then nothing has changed."""
    database = _sqlite_file(config)
    try:
        with in_use(config.data_dir, alone=True), tempfile.TemporaryDirectory(dir=config.data_dir) as folder:
            fresh = Path(folder)
            _unpack_any(source, fresh)
            _migrate(fresh / DATABASE)
            return _exchange(fresh, database, config.data_dir)
    except OSError as error:
        advice = "Check that the data folder is writable and its disk has free space."
        raise InvalidBackup(f"Couldn't restore: {error}.", advice=advice) from error


def _unpack_any(source: Path, fresh: Path) -> None:
    try:
        _unpack(source, fresh)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:  # a password
        raise InvalidBackup(f"Couldn't read this backup: {error}.", advice="Choose another backup file.") from error


def _migrate(file: Path) -> None:
    """Bring the database of an older Greenroom up to date and drop what isn't ours, before it replaces anything.

    Raises InvalidBackup for a newer one, and for one with altered tables.
    """
    database = Database(f"sqlite:///{quote(str(file))}")
    try:
        drop_what_runs(file)
        database.migrate()
        drop_unknown(file)
    except StoreUnavailable as error:
        raise InvalidBackup(str(error), advice=error.advice) from error
    except _DAMAGE as error:
        raise InvalidBackup(f"The database in this backup can't be updated: {error}.", advice="Choose another backup.") from error
    finally:
        database.close()
    _require_known(file)


def _require_known(file: Path) -> None:
    if different := altered(file):
        what = f"The database was altered: {', '.join(different[:3])}."
        raise InvalidBackup(what, advice="Undo the changes to its tables, or choose another backup.")


def _exchange(fresh: Path, database: Path, data_dir: Path) -> Path:
    """Put the fresh files in place of the present ones. Raises OSError; then the present ones are where they were."""
    before = Path(tempfile.mkdtemp(prefix=f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}-", dir=data_dir))
    old = (database, Path(f"{database}-wal"), Path(f"{database}-shm"), data_dir / RECORDINGS)
    new = ((fresh / DATABASE, database), (fresh / RECORDINGS, data_dir / RECORDINGS))
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in (*((path, before / path.name) for path in old), *new):
            if source.exists():
                shutil.move(source, target)
                moved.append((source, target))
        if (fresh / INSTALLATION).exists():  # whose calls the next start sweeps
            (fresh / INSTALLATION).replace(data_dir / INSTALLATION)
    except OSError:
        for source, target in reversed(moved):
            shutil.move(target, source)
        before.rmdir()
        raise
    return before


def _write(half: Path, copy: Path, data_dir: Path, rows: Mapping[str, int]) -> BackupContent:
    """Write the zip with its table of contents."""
    recordings: dict[str, int] = {}
    with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(copy, DATABASE)
        if (data_dir / INSTALLATION).exists():
            archive.write(data_dir / INSTALLATION, INSTALLATION)
        for path in sorted(p for p in (data_dir / RECORDINGS).glob("*") if p.suffix in (".webm", ".outline")):
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile by the user or by data retention
                archive.write(path, f"{RECORDINGS}/{path.name}", zipfile.ZIP_STORED)
                recordings[path.name] = archive.getinfo(f"{RECORDINGS}/{path.name}").file_size
        content = BackupContent(rows, recordings, _sha256(copy))
        archive.writestr(CONTENT, json.dumps(asdict(content)))
    return content


def _read_back(file: Path, folder: Path, content: BackupContent) -> None:
    """Raise InvalidBackup unless the written backup matches the data."""
    folder.mkdir()
    if _unpack(file, folder) != content:
        raise InvalidBackup("The backup couldn't be verified after writing.", advice="Check the disk, then try again.")


def _unpack(source: Path, folder: Path) -> BackupContent:
    """Unpack our files, owner-only, and verify them. Backups of older versions have no table of contents."""
    with zipfile.ZipFile(source) as archive:
        members = [info for info in archive.infolist() if is_ours(info.filename)]
        names = [info.filename for info in members]
        if DATABASE not in names or len(set(names)) < len(names):
            raise InvalidBackup("This zip isn't a Greenroom backup.", advice="Choose a file created by make backup.")
        if any(info.file_size > _MOST_BYTES.get(info.filename, info.file_size) for info in members):
            raise InvalidBackup("This backup's list or id is too large to be one.", advice="Choose another backup.")
        if sum(info.file_size for info in members) > shutil.disk_usage(folder).free:
            raise InvalidBackup("There isn't enough free disk space.", advice="Free disk space, then try again.")
        listed = _listed_content(archive.read(CONTENT)) if CONTENT in names else None
        for name in names:
            if name != CONTENT:
                _owner_only(Path(archive.extract(name, folder)))
    if INSTALLATION in names and not (folder / INSTALLATION).read_bytes().strip().isalnum():
        raise InvalidBackup("The id of this backup's data folder is damaged.", advice="Choose another backup.")
    rows = _checked_rows(folder / DATABASE)
    recordings = {path.name: path.stat().st_size for path in sorted((folder / RECORDINGS).glob("*"))}
    content = BackupContent(rows, recordings, _sha256(folder / DATABASE))
    if listed is not None and listed != content:
        raise InvalidBackup("This backup is incomplete: its contents don't match its list.", advice="Choose another backup.")
    return content


def _listed_content(raw: bytes) -> BackupContent:
    try:
        return BackupContent(**json.loads(raw))
    except (ValueError, TypeError, RecursionError):
        raise InvalidBackup("This backup's table of contents is damaged.", advice="Choose another backup.") from None


def _checked_rows(file: Path) -> dict[str, int]:
    """The number of rows in each of our tables. Raises InvalidBackup for a damaged or foreign database."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise InvalidBackup("The database is damaged.", advice="Restore an older backup.")
            tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
            if not set(TABLES) <= tables:
                raise InvalidBackup("The database in this backup isn't from Greenroom.", advice="Choose another file.")
            return {name: connection.execute(f"select count(*) from {name}").fetchone()[0] for name in TABLES}
    except _DAMAGE as error:
        raise InvalidBackup(f"The database is damaged: {error}.", advice="Restore an older backup.") from error


def _owner_only(path: Path) -> None:
    path.chmod(OWNER_ONLY)
    if path.parent.name == RECORDINGS:
        path.parent.chmod(OWNER_FOLDER)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def main(words: list[str]) -> int:
    """Run the command line: 0 = success, 1 = failure, 2 = usage error."""
    if len(words) != 2 or words[0] not in ("to", "from") or not words[1].strip():
        print("Usage: python -m greenroom.backup to FILE.zip\n       python -m greenroom.backup from FILE.zip", file=sys.stderr)
        return 2
    file = Path(words[1]).expanduser()
    try:
        if words[0] == "to":
            content = backup(read(), file)
            size, sounds = byte_size(file.stat().st_size), sum(name.endswith(".webm") for name in content.recordings)
            held = f"{counted(content.sessions, 'session')} and {counted(sounds, 'recording')}"
            print(f"Backed up to {file} and verified: {held}, {size}. It contains no keys.")
        else:
            print(f"Restored from {file}. The previous data is in {restore(read(), file)}.")
    except (GreenroomError, BadConfig) as error:
        print(f"{error} {getattr(error, 'advice', '')}".strip(), file=sys.stderr)
        return 1
    return 0


def _sqlite_file(config: Config) -> Path:
    file = sqlite_file(config.database_url)
    if file is None:
        raise InvalidBackup("Backups don't support PostgreSQL databases.")
    return file


def _copy(source: Path, target: Path) -> None:
    """A consistent copy even during writes (sqlite.org/backup.html). Raises InvalidBackup for a file that SQLite can't read."""
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old,
            contextlib.closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
    except _DAMAGE as error:
        raise InvalidBackup(
            f"The database can't be copied: {error}.", advice="Restore an older backup if it is damaged."
        ) from error


def is_ours(name: str) -> bool:
    """Whether a name in the zip is one that a backup writes: no other file, and no path out of the folder, is unpacked."""
    folder, _, file = name.rpartition("/")
    if not folder:
        return file in (DATABASE, INSTALLATION, CONTENT)
    stem, _, kind = file.partition(".")
    return folder == RECORDINGS and stem.isascii() and stem.isalnum() and kind in ("webm", "outline")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
