"""Capabilities: keys derived per session or draft that authorize its own routes only."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from greenroom.errors import NotAllowed, NotFound
from greenroom.model.agent import AgentId
from greenroom.model.guest_link import GuestLinkId
from greenroom.model.session import SessionId
from greenroom.store.private_files import read_or_create_private, write_private

KEY_BYTES = 32


class LinkWithKey(Protocol):
    """A link that is known by its key's hash."""

    @property
    def key_hash(self) -> str: ...


KeyedLink = TypeVar("KeyedLink", bound=LinkWithKey)


class SessionCapabilities:
    """Issues and checks capabilities with a key file readable by its owner only."""

    def __init__(self, key_file: Path) -> None:
        self._key = _read_or_make(key_file)

    def issue(self, session_id: SessionId) -> str:
        """The same for the same session each time, as text that needs no quoting in an address."""
        return _derived(self._key, f"stage:{session_id}")

    def require(self, session_id: SessionId, capability: object) -> None:
        """Raise NotAllowed unless ``capability`` was issued for this session."""
        if not _same(capability, self.issue(session_id)):
            raise NotAllowed("This page isn't authorized for that session.")


class DraftCapabilities:
    """Lets a page that shows an agent's draft save its texts, with the same key file."""

    def __init__(self, key_file: Path) -> None:
        self._key = _read_or_make(key_file)

    def issue(self, agent_id: AgentId) -> str:
        """The same for the same agent each time."""
        return _derived(self._key, f"draft:{agent_id}")

    def require(self, agent_id: AgentId, capability: object) -> None:
        """Raise NotAllowed unless ``capability`` was issued for this agent's draft."""
        if not _same(capability, self.issue(agent_id)):
            raise NotAllowed("This page may not edit this agent.", advice="Reload the page.")


class GuestLinkKeys:
    """The secret part of a guest link: derived from its id, so that it can be shown again, and stored nowhere but in the link.

    Another process knows a key by its hash, whichever installation issued it.
    """

    def __init__(self, key_file: Path) -> None:
        self._key = _read_or_make(key_file)

    def issue(self, link_id: GuestLinkId) -> str:
        """192 bits, as 32 characters that need no quoting in an address."""
        digest = hmac.new(self._key, f"guest:{link_id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest[:24]).decode()

    @staticmethod
    def hashed(key: str) -> str:
        """For the store. A key is random enough that its hash needs no salt."""
        return hashlib.sha256(key.encode(errors="replace")).hexdigest()

    def network(self, link_id: GuestLinkId, address: str) -> str:
        """A name for a guest's network that is the same each time for this link and doesn't tell the address."""
        return _derived(self._key, f"network:{link_id}:{address}")[:16]

    def opened(self, find: Callable[[], KeyedLink], key: object) -> KeyedLink:
        """The link that ``find`` gives, also when it is over, for who has its key. Raises NotAllowed otherwise; a link that
        doesn't exist (NotFound) is refused in the same words, after as long."""
        try:
            link = find()
        except NotFound:
            link = None
        given, expected = self.hashed(key) if isinstance(key, str) else "", link.key_hash if link is not None else ""
        if not hmac.compare_digest(given, expected or self.hashed("")) or link is None or not expected:
            raise NotAllowed("This link isn't valid.", advice="Check that you copied all of it, or ask for a new one.")
        return link


def _derived(key: bytes, subject: str) -> str:
    return hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()


def _same(given: object, issued: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(errors="replace"), issued.encode())


def _read_or_make(key_file: Path) -> bytes:
    key = read_or_create_private(key_file, lambda: secrets.token_bytes(KEY_BYTES))
    if len(key) < KEY_BYTES:
        key = secrets.token_bytes(KEY_BYTES)
        write_private(key_file, key)
    return key
