"""``python -m greenroom.backup to FILE`` and ``… from FILE``: sessions, agents and recordings in one zip.

A backup works while Greenroom runs, using SQLite's online backup. It excludes keys: the vault and the capability key are
not copied. A restore requires Greenroom to be closed, and keeps the previous data beside the restored data.
"""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from greenroom.config import BadConfig, Config, read
from greenroom.errors import GreenroomError
from greenroom.store.database import Database

DATABASE, RECORDINGS, INSTALLATION, LOCK = "greenroom.db", "recordings", "installation", "running.lock"


class InvalidBackup(GreenroomError):
    advice = "Use pg_dump and pg_restore for PostgreSQL, and copy the recordings folder."


@contextlib.contextmanager
def in_use(data_dir: Path, *, alone: bool = False) -> Iterator[None]:
    """Lock the data folder: shared for studios, exclusive (``alone``) for a restore. Raises NoBackup if it is locked."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / LOCK).open("w") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            raise InvalidBackup("Greenroom is using this folder.", advice="Close Greenroom, then try again.") from None
        yield


def backup(config: Config, target: Path) -> int:
    """Write the backup to ``target`` and return the number of recordings. Leaves no incomplete file behind."""
    database = _sqlite_file(config)
    half = target.with_suffix(target.suffix + ".half")
    try:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as archive:
            copy = Path(folder) / DATABASE
            _copy(database, copy)
            archive.write(copy, DATABASE)
            if (config.data_dir / INSTALLATION).exists():
                archive.write(config.data_dir / INSTALLATION, INSTALLATION)
            files = sorted(path for path in (config.data_dir / RECORDINGS).glob("*") if path.suffix in (".webm", ".outline"))
            for path in files:
                archive.write(path, f"{RECORDINGS}/{path.name}", zipfile.ZIP_STORED)
        half.replace(target)
    except (OSError, sqlite3.Error) as error:
        half.unlink(missing_ok=True)
        raise InvalidBackup(
            f"Couldn't write the backup: {error}.", advice="Free disk space, or choose another location."
        ) from error
    return sum(path.suffix == ".webm" for path in files)


def restore(config: Config, source: Path) -> Path:
    """Restore a backup and return the folder that holds the previous data."""
    database = _sqlite_file(config)
    with in_use(config.data_dir, alone=True), tempfile.TemporaryDirectory(dir=config.data_dir) as folder:
        fresh = Path(folder)
        try:
            with zipfile.ZipFile(source) as archive:
                for name in archive.namelist():
                    if is_ours(name):
                        archive.extract(name, fresh)
            with contextlib.closing(sqlite3.connect(fresh / DATABASE)) as connection:
                if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise InvalidBackup("The database in this backup is damaged.", advice="Choose another backup.")
        except (OSError, zipfile.BadZipFile, sqlite3.Error) as error:
            raise InvalidBackup(f"Couldn't read this backup: {error}.", advice="Choose another backup file.") from error
        before = config.data_dir / f"before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        before.mkdir()
        for old in (database, Path(f"{database}-wal"), Path(f"{database}-shm"), config.data_dir / RECORDINGS):
            if old.exists():
                shutil.move(old, before / old.name)
        shutil.move(fresh / DATABASE, database)
        if (fresh / RECORDINGS).exists():
            shutil.move(fresh / RECORDINGS, config.data_dir / RECORDINGS)
        if (fresh / INSTALLATION).exists():  # whose calls to sweep
            (fresh / INSTALLATION).replace(config.data_dir / INSTALLATION)
    restored = Database(config.database_url)
    restored.migrate()  # a backup of an older Greenroom is brought up to date
    restored.close()
    return before


def main(words: list[str]) -> int:
    """Run the command line: 0 = success, 1 = failure, 2 = usage error."""
    if len(words) != 2 or words[0] not in ("to", "from"):
        print("Usage: python -m greenroom.backup to FILE.zip\n       python -m greenroom.backup from FILE.zip", file=sys.stderr)
        return 2
    file = Path(words[1]).expanduser()
    try:
        if words[0] == "to":
            count = backup(read(), file)
            size = file.stat().st_size / 1_000_000
            print(f"Backed up the database and {count} recordings to {file} ({size:.1f} MB). Keys are not included.")
        else:
            print(f"Restored from {file}. The previous data is in {restore(read(), file)}.")
    except (GreenroomError, BadConfig) as error:
        print(f"{error} {getattr(error, 'advice', '')}".strip(), file=sys.stderr)
        return 1
    return 0


def _sqlite_file(config: Config) -> Path:
    url = make_url(config.database_url)
    if not url.drivername.startswith("sqlite") or not url.database:
        raise InvalidBackup("Backups don't support PostgreSQL databases.")
    return Path(url.database)


def _copy(source: Path, target: Path) -> None:
    """Copy the database consistently during writes (sqlite.org/backup.html)."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)


def is_ours(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    if not folder:
        return file in (DATABASE, INSTALLATION)
    stem, _, kind = file.partition(".")
    return folder == RECORDINGS and stem.isascii() and stem.isalnum() and kind in ("webm", "outline")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
