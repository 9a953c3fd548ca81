"""The project that offline calls run in: an App ID and a certificate, random for each installation.

With a well-known certificate, any web page or program could join an offline call.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from greenroom.errors import StoreUnavailable
from greenroom.store.private_files import read_or_create_private

FILE = "offline-project.json"
_HEX32 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class OfflineProject:
    """App ID and certificate, 32 hexadecimal digits each, like Agora's."""

    app_id: str
    app_certificate: str = field(repr=False)


def offline_project(data_dir: Path) -> OfflineProject:
    """The project of this data folder, created at the first start. Raises StoreUnavailable."""
    file = data_dir / FILE
    try:
        stored = json.loads(read_or_create_private(file, _new))
        project = OfflineProject(stored["app_id"], stored["app_certificate"])
        if not (_HEX32.fullmatch(project.app_id) and _HEX32.fullmatch(project.app_certificate)):
            raise ValueError(project.app_id)
    except OSError as error:
        raise StoreUnavailable(
            f"{file} can't be read or written: {error.strerror}.",
            advice="Make the folder writable, or set GREENROOM_DATA_DIR to one that is.",
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError):
        raise StoreUnavailable(f"{file} is damaged.", advice="Delete it: Greenroom creates a new one.") from None
    return project


def _new() -> bytes:
    return json.dumps({"app_id": secrets.token_hex(16), "app_certificate": secrets.token_hex(16)}).encode()
