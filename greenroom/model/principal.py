"""Who starts a call: the person at the studio, a program with an API key, or a guest by a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: local: whoever uses the studio, until there is sign-in · api_key: a program, known by the name of its key · guest: known by
#: the id of the link
PrincipalKind = Literal["local", "api_key", "guest", "member"]


@dataclass(frozen=True, slots=True)
class Principal:
    """``name`` is the name of the key or the id of the link, never a secret; empty for the local user."""

    kind: PrincipalKind
    name: str = ""

    @property
    def id(self) -> str:
        """How it is stored and exported: ``local`` or ``api_key:GREENROOM_API_KEY``."""
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @classmethod
    def read(cls, stored: str) -> Principal:
        """Parse an :attr:`id`; defaults to the local user."""
        kind, _, name = stored.partition(":")
        match kind:
            case "api_key" | "guest" | "member":
                return cls(kind, name)
            case _:
                return LOCAL_USER


LOCAL_USER = Principal("local")
