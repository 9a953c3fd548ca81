"""Members of a studio: which accounts may sign in, and with which role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["viewer", "editor", "admin"]
#: From least to most; each may do what those before it may.
ROLES: tuple[Role, ...] = ("viewer", "editor", "admin")
_ACCOUNT = re.compile(r"[^@\s]*@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Member:
    """A signed-in account with a role."""

    email: str
    name: str
    role: Role

    def has(self, role: Role) -> bool:
        """Whether the member's role is ``role`` or a higher one (viewer < editor < admin)."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True, slots=True)
class Members:
    """Email addresses, or ``@example.com`` for all of a domain, by role. Without any, the studio has no sign-in."""

    admins: frozenset[str] = frozenset()
    editors: frozenset[str] = frozenset()
    viewers: frozenset[str] = frozenset()

    @classmethod
    def read(cls, admins: str, editors: str, viewers: str) -> Members:
        """Lists separated by commas."""
        return cls(*(frozenset(_names(text)) for text in (admins, editors, viewers)))

    @property
    def configured(self) -> bool:
        """Whether anyone is listed, so that the studio asks visitors to sign in."""
        return bool(self.admins or self.editors or self.viewers)

    def signed_in(self, account: Mapping[str, Any]) -> Member | None:
        """The member whom the provider described, unless the address is unverified; None for nobody."""
        if not account.get("is_logged_in") or account.get("email_verified") is False:
            return None
        return self.member(str(account.get("email") or ""), str(account.get("name") or ""))

    def member(self, email: str, name: str = "") -> Member | None:
        """The account with its highest role; None for an account that has none."""
        address = email.strip().lower()
        _, at, domain = address.rpartition("@")
        if not at or not domain or address.count("@") != 1 or address.startswith("@"):
            return None
        by_role: dict[Role, frozenset[str]] = {"admin": self.admins, "editor": self.editors, "viewer": self.viewers}
        for role, listed in by_role.items():
            if address in listed or f"@{domain}" in listed:
                return Member(address, name or address, role)
        return None


def may_remove(author: str, by: Member | None) -> bool:
    """Whether ``by`` may delete a note or comment by ``author``: editors all, viewers their own, everyone without sign-in."""
    return by is None or by.has("editor") or author == by.email


def no_account(text: str) -> str:
    """The first entry of a list that is neither an email nor an @domain; "" if all are."""
    return next((name for name in _names(text) if not _ACCOUNT.fullmatch(name)), "")


def _names(text: str) -> Iterable[str]:
    return (name.strip().lower() for name in text.split(",") if name.strip())
