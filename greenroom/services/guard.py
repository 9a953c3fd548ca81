"""Services as a signed-in member may use them: each call is checked against the table of actions, and changes are logged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from greenroom.access.actions import allowed, required_role
from greenroom.access.members import Member
from greenroom.errors import NotAllowed
from greenroom.security_log import record

Who = Callable[[], Member | None]
#: Notes what was done: by whom, the action, its arguments and its result.
Audit = Callable[[str, str, Sequence[Any], Mapping[str, Any], Any], None]


class GuardedService:
    """Stands before a service. ``who`` is asked at each use, so that a role that was taken away counts at once.
    What was done goes to ``audit``."""

    def __init__(self, name: str, service: Any, who: Who, audit: Audit | None = None) -> None:
        self._name = name
        self._service = service
        self._who = who
        self._audit = audit

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._service, name)
        if not callable(found):
            self._require(name)
            return found

        @functools.wraps(found)
        def checked(*arguments: Any, **named: Any) -> Any:
            member = self._require(name)
            result = found(*arguments, **named)
            if self._audit is not None and member is not None:
                self._audit(member.email, f"{self._name}.{name}", arguments, named, result)
            return result

        return checked

    def _require(self, name: str) -> Member | None:
        action, member = f"{self._name}.{name}", self._who()
        require_role(member, action)
        if required_role(action) != "viewer" and member is not None:
            record("action", who=member.email, action=action)
        return member


def require_role(member: Member | None, action: str) -> None:
    """Raise NotAllowed unless the member's role allows the action; refusals are logged."""
    if allowed(member, action):
        return
    record("action_refused", who=member.email if member else "", action=action)
    if member is None:
        raise NotAllowed("You aren't signed in.", advice="Sign in, then try again.")
    raise NotAllowed(f"This needs the role {required_role(action)}.", advice="Ask an admin of this studio for that role.")
