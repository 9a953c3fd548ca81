"""Admits guests to an active link by its key and, if it has one, its password."""

from __future__ import annotations

from greenroom.clock import Clock
from greenroom.errors import NotAllowed
from greenroom.model.guest_link import GuestLink, GuestLinkId
from greenroom.services.calls.capabilities import GuestLinkKeys
from greenroom.services.calls.guest_limits import require_active
from greenroom.services.sharing import passwords
from greenroom.store.guest_links import GuestLinkStore


class PasswordNeeded(NotAllowed):
    """Raised for a missing or wrong password of a valid link."""

    advice = "Enter the password you were given with the link."


class GuestAdmission:
    """Every method raises NotAllowed, which also stands for a link that doesn't exist."""

    def __init__(self, clock: Clock, store: GuestLinkStore, keys: GuestLinkKeys) -> None:
        self._clock = clock
        self._store = store
        self._keys = keys

    def with_key(self, link_id: GuestLinkId, key: object) -> GuestLink:
        """The link, also when it is over."""
        return self._keys.opened(lambda: self._store.get(link_id), key)

    def network(self, link: GuestLink, address: str) -> str:
        """See :meth:`GuestLinkKeys.network`."""
        return self._keys.network(link.id, address)

    def admitted(self, link_id: GuestLinkId, key: object, password: object) -> GuestLink:
        """The link, while it is active. Raises PasswordNeeded as well."""
        link = self.with_key(link_id, key)
        require_active(link, self._clock.now())
        if link.password_hash and not (isinstance(password, str) and passwords.matches(password, link.password_hash)):
            raise PasswordNeeded("The password is wrong." if password else "This link needs a password.")
        return link
