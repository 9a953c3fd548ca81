"""The audit log's actions in words."""

from __future__ import annotations

from collections.abc import Mapping

#: The name that is stored and exported → the words on the page.
ACTION_WORDS: Mapping[str, str] = {
    "agents.archive": "Archived an agent",
    "agents.create": "Created an agent",
    "agents.duplicate": "Duplicated an agent",
    "agents.import_agent": "Imported an agent",
    "agents.redo": "Redid a change to an agent",
    "agents.rename": "Renamed an agent",
    "agents.save": "Edited an agent",
    "agents.unarchive": "Unarchived an agent",
    "agents.undo": "Undid a change to an agent",
    "agents.versions.name": "Named a version",
    "agents.versions.restore": "Restored a version",
    "alerts.add": "Added a webhook",
    "alerts.allow": "Allowed a webhook inside the network",
    "alerts.delete": "Deleted a webhook",
    "api_keys.create": "Created an API key",
    "api_keys.revoke": "Revoked an API key",
    "audit.csv": "Exported the audit log",
    "audit.exported": "Exported a file",
    "brains.choose": "Chose an offline brain",
    "calls.apply": "Applied changes to a call",
    "calls.end": "Ended a call",
    "calls.launch": "Launched a call",
    "calls.restart": "Restarted a call with changes",
    "client_keys.issue": "Issued a client key",
    "comments.remove": "Deleted a comment",
    "credentials.delete": "Deleted a credential",
    "credentials.restore": "Restored a credential",
    "credentials.store": "Stored a credential",
    "external.start": "Started an agent through the API",
    "guest_links.create": "Created a guest link",
    "guest_links.end": "Ended a guest link",
    "keys.decide": "Allowed or refused a host for a key",
    "keys.revoke": "Withdrew a decision on a key's host",
    "recordings.delete": "Deleted a recording",
    "recordings.file": "Played or downloaded a recording",
    "records.delete": "Deleted sessions",
    "records.restore": "Restored sessions",
    "rehearsals.resume": "Resumed a rehearsal",
    "rehearsals.run": "Ran a rehearsal",
    "rehearsals.suites.create": "Created a test suite",
    "rehearsals.suites.delete": "Deleted a test suite",
    "rehearsals.suites.remove_test": "Deleted a test",
    "rehearsals.suites.restore": "Restored a test suite",
    "rehearsals.suites.save": "Edited a test suite",
    "rehearsals.suites.save_test": "Saved a test",
    "retention.apply": "Deleted by a retention rule",
    "retention.purge": "Deleted sessions permanently",
    "reviews.remove_note": "Deleted a note",
    "running.stop": "Stopped an agent",
    "running.stop_all": "Stopped all agents",
    "texts.save": "Edited an agent's text",
    "tools.allow": "Allowed a tool inside the network",
    "tools.withdraw": "Withdrew a tool's access inside the network",
    "transfers.as_html": "Exported a session as a page",
    "transfers.as_zip": "Exported a session as a zip",
    "transfers.import_bundle": "Imported a session",
    "watch_links.create": "Created a link to watch a call",
    "watch_links.end": "Ended a link to watch a call",
}

#: Names in entries of Greenroom 0.2.0 and before → today's.
EARLIER_NAMES: Mapping[str, str] = {
    "agents.name_version": "agents.versions.name",
    "agents.restore": "agents.versions.restore",
}


def words_of(action: str) -> str:
    """The words of an action; its stored name if another version of Greenroom wrote it."""
    return ACTION_WORDS.get(EARLIER_NAMES.get(action, action), action)


def actions_like(text: str) -> tuple[str, ...]:
    """Actions whose words contain this text, whatever the case."""
    wanted = text.strip().casefold()
    return tuple(action for action in (*ACTION_WORDS, *EARLIER_NAMES) if wanted and wanted in words_of(action).casefold())
