"""Services as a signed-in member may use them: each call is checked against the table of actions, and changes are logged."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from greenroom.access.actions import allowed, required_role
from greenroom.access.audited import PARTS
from greenroom.access.members import Member
from greenroom.errors import NotAllowed
from greenroom.model.launch import LaunchRequest
from greenroom.model.principal import Principal
from greenroom.security_log import record

Who = Callable[[], Member | None]
#: Notes what was done: by whom, the action, its arguments and its result.
Audit = Callable[[str, str, Sequence[Any], Mapping[str, Any], Any], None]
#: Parameters of services that say who acts: an email, or the member.
EMAIL_PARAMETERS, MEMBER_PARAMETERS = frozenset({"author", "created_by", "revoked_by"}), frozenset({"by", "member"})


class GuardedService:
    """Wraps a service. ``who`` returns the signed-in member and is called at each use, so that a removed role counts at once.

    Each call is passed to ``audit``, also of a part of the service that has actions of its own. Arguments that name who acts
    are replaced by the signed-in member.
    """

    def __init__(self, name: str, service: Any, who: Who, audit: Audit | None = None) -> None:
        self._name = name
        self._service = service
        self._who = who
        self._audit = audit

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._service, name)
        if not callable(attribute):
            self._require(name)
            part = f"{self._name}.{name}"
            return GuardedService(part, attribute, self._who, self._audit) if part in PARTS else attribute

        @functools.wraps(attribute)
        def checked(*arguments: Any, **named: Any) -> Any:
            member = self._require(name)
            if member is not None:
                arguments, named = _with_actor(attribute, arguments, named, member)
            result = attribute(*arguments, **named)
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


def _with_actor(
    work: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any], member: Member
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call, with ``member`` in those that name who acts."""
    expected = inspect.signature(work).parameters
    principal = Principal("member", member.email)
    changed = [replace(one, principal=principal) if isinstance(one, LaunchRequest) else one for one in arguments]
    named = {key: replace(one, principal=principal) if isinstance(one, LaunchRequest) else one for key, one in named.items()}
    for position, parameter in enumerate(expected):
        who = member.email if parameter in EMAIL_PARAMETERS else member if parameter in MEMBER_PARAMETERS else None
        if who is None:
            continue
        if position < len(changed):
            changed[position] = who
        else:
            named[parameter] = who
    return tuple(changed), named


def require_role(member: Member | None, action: str) -> None:
    """Raise NotAllowed unless the member's role allows the action; refusals are logged."""
    if allowed(member, action):
        return
    record("action_refused", who=member.email if member else "", action=action)
    if member is None:
        raise NotAllowed("You aren't signed in.", advice="Sign in, then try again.")
    raise NotAllowed(f"This needs the role {required_role(action)}.", advice="Ask an admin of this studio for that role.")
