"""Which actions the audit log keeps. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from greenroom.access.actions import ACTIONS

#: Action → kind of entry (see ``greenroom.model.audit``). What isn't listed only reads, or belongs to a running call.
AUDITED: Mapping[str, str] = {
    **dict.fromkeys(("calls.launch", "calls.restart", "rehearsals.run", "rehearsals.resume", "external.start"), "launched"),
    **dict.fromkeys(("calls.end", "running.stop", "running.stop_all"), "launched"),
    **dict.fromkeys(
        (
            "agents.create",
            "agents.duplicate",
            "agents.import_agent",
            "agents.redo",
            "agents.rename",
            "agents.save",
            "agents.unarchive",
            "agents.undo",
            "agents.versions.name",
            "agents.versions.restore",
            "brains.choose",
            "calls.apply",
            "keys.decide",
            "keys.revoke",
            "records.restore",
            "rehearsals.suites.create",
            "rehearsals.suites.remove_test",
            "rehearsals.suites.restore",
            "rehearsals.suites.save",
            "rehearsals.suites.save_test",
            "texts.save",
            "tools.allow",
            "tools.withdraw",
            "transfers.import_bundle",
        ),
        "changed",
    ),
    **dict.fromkeys(("guest_links.create", "guest_links.end", "watch_links.create", "watch_links.end"), "shared"),
    **dict.fromkeys(
        (
            "agents.archive",
            "comments.remove",
            "records.delete",
            "recordings.delete",
            "rehearsals.suites.delete",
            "retention.apply",
            "retention.purge",
            "reviews.remove_note",
        ),
        "deleted",
    ),
    **dict.fromkeys(("transfers.as_html", "transfers.as_zip", "audit.csv", "audit.exported", "recordings.file"), "exported"),
    **dict.fromkeys(
        (
            "alerts.add",
            "alerts.allow",
            "alerts.delete",
            "api_keys.create",
            "api_keys.revoke",
            "client_keys.issue",
            "credentials.delete",
            "credentials.restore",
            "credentials.store",
        ),
        "access",
    ),
}
#: These name everything that they do something to.
_SEVERAL = frozenset({"records.delete", "records.restore", "running.stop_all"})
#: These make something, which is what they name.
_MAKING = frozenset(
    {"agents.create", "agents.duplicate", "agents.import_agent", "calls.launch", "calls.restart", "guest_links.create"}
    | {"transfers.import_bundle", "rehearsals.run", "rehearsals.suites.create", "alerts.add"}
)
#: The parts of a service, as ``rehearsals.suites``, whose methods are actions of their own.
PARTS = frozenset(action.rpartition(".")[0] for action in (*AUDITED, *ACTIONS) if action.count(".") > 1)
SUBJECT_MAX = 200


def subject_of(action: str, arguments: Sequence[Any], named: Mapping[str, Any], result: Any = None) -> str:
    """What an action was done to or what it made: ids and names, without values of settings, texts or keys."""
    if action in _MAKING and (made := _name(result)):
        return made[:SUBJECT_MAX]
    given = list(arguments) or list(named.values())
    first = given[0] if given else ""
    several = given if action in _SEVERAL and not isinstance(first, list | tuple) else first
    parts = several if isinstance(several, list | tuple) else [several]
    return ", ".join(_name(one) for one in parts)[:SUBJECT_MAX]


def _name(one: Any) -> str:
    if isinstance(one, str):
        return one
    for attribute in ("session_id", "id", "agent", "agent_id", "version", "suite_id", "name"):
        value = getattr(one, attribute, None)
        if isinstance(value, str) and value:
            return value
    return ""
