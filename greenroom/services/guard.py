"""Services as a signed-in member may use them: each call is checked against the table of actions, and changes are logged."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from greenroom.access.actions import allowed, required_role
from greenroom.access.members import Member
from greenroom.errors import NotAllowed
from greenroom.security_log import record

Who = Callable[[], Member | None]


class GuardedService:
    """Stands before a service. ``who`` is asked at each use, so that a role that was taken away counts at once."""

    def __init__(self, name: str, service: Any, who: Who) -> None:
        self._name = name
        self._service = service
        self._who = who

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._service, name)
        if not callable(found):
            self._require(name)
            return found

        @functools.wraps(found)
        def checked(*arguments: Any, **named: Any) -> Any:
            self._require(name)
            return found(*arguments, **named)

        return checked

    def _require(self, name: str) -> None:
        action, member = f"{self._name}.{name}", self._who()
        role = required_role(action)
        if not allowed(member, action):
            record("action_refused", who=member.email if member else "", action=action)
            advice = "Ask an admin of this studio for that role." if member else "Sign in, then try again."
            raise NotAllowed(f"This needs the role {role}." if member else "You aren't signed in.", advice=advice)
        if role != "viewer" and member is not None:
            record("action", who=member.email, action=action)
