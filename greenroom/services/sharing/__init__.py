"""Sharing: guest links and the calls of guests."""

from greenroom.services.sharing.guest_links import GuestLinks
from greenroom.services.sharing.guest_visits import GuestVisits, PasswordNeeded

__all__ = ["GuestLinks", "GuestVisits", "PasswordNeeded"]
