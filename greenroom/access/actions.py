"""The role that each action of a service needs. What is not listed needs an admin."""

from __future__ import annotations

from collections.abc import Mapping

from greenroom.access.members import Member, Role

#: ``service.method``, or ``service.*`` for all methods of a service that have no line of their own.
ACTIONS: Mapping[str, Role] = {
    **dict.fromkeys(
        (
            "agents.archived",
            "audit.exported",
            "agents.default",
            "agents.draft",
            "agents.get",
            "agents.history",
            "agents.list",
            "agents.problems",
            "agents.versions",
            "agents.versions.get",
            "agents.versions.numbered",
            "agents.versions.of",
            "agents.versions.session_counts",
            "calls.get",
            "comments.*",
            "calls.limits",
            "calls.pending_changes",
            "records.*",
            "recordings.address",
            "recordings.file",
            "recordings.of",
            "recordings.of_all",
            "recordings.outline",
            "rehearsals.results",
            "rehearsals.results.badges",
            "rehearsals.results.numbered_badges",
            "reviews.*",
            "running.overview",
            "trends.*",
            "twin.health",
            "watchdog.running",
        ),
        "viewer",
    ),
    **dict.fromkeys(
        (
            "agents.*",
            "brains.chosen",
            "brains.engine",
            "brains.look",
            "brains.own_address",
            "calls.*",
            "credentials.names_set",
            "guest_join.*",
            "guest_links.still_open",
            "keys.pending",
            "keys.problems",
            "keys.undecided_at",
            "records.delete",
            "records.restore",
            "recordings.*",
            "rehearsals.*",
            "running.*",
            "texts.*",
            "tools.*",
            "transfers.*",
            "twin.*",
            "voices.*",
            "watch_links.*",
        ),
        "editor",
    ),
    # Like where keys and alerts may go: else an editor's consent would open this computer's network to that editor.
    "tools.allow": "admin",
}


def required_role(action: str) -> Role:
    """The role an action needs."""
    service, _, _ = action.partition(".")
    return ACTIONS.get(action) or ACTIONS.get(f"{service}.*") or "admin"


def allowed(member: Member | None, action: str) -> bool:
    """Whether the member may do this; nobody without an account may do anything."""
    return member is not None and member.has(required_role(action))
