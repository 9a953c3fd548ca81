"""Capabilities: keys derived per session that authorize its own routes only."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from greenroom.errors import NotAllowed
from greenroom.model.session import SessionId


class SessionCapabilities:
    """Issues and checks capabilities with a key file readable by its owner only."""

    def __init__(self, key_file: Path) -> None:
        self._key = _read_or_make(key_file)

    def issue(self, session_id: SessionId) -> str:
        return hmac.new(self._key, f"stage:{session_id}".encode(), hashlib.sha256).hexdigest()

    def require(self, session_id: SessionId, capability: object) -> None:
        """Raise NotAllowed unless ``capability`` was issued for this session."""
        if not isinstance(capability, str) or not hmac.compare_digest(capability.encode(), self.issue(session_id).encode()):
            raise NotAllowed("This page isn't authorized for that session.")


def _read_or_make(key_file: Path) -> bytes:
    key_file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start at once one writes, the other reads
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = key_file.read_bytes()
        if len(key) >= 32:
            return key
        descriptor = os.open(key_file, os.O_WRONLY | os.O_TRUNC)
    key = secrets.token_bytes(32)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key
