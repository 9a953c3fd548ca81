"""The version that a presenter falls back on."""

from __future__ import annotations

import pytest

from greenroom.errors import NotFound

pytestmark = pytest.mark.unit


def test_the_version_named_backup_else_the_one_before(harness):
    agent = harness.agents.list()[0].id
    made = []
    for number in range(3):
        draft = harness.agents.draft(agent)
        harness.agents.save(agent, {**draft.settings, "prompt.system": f"Be {number}."}, draft.revision)
        made.append(harness.agents.versions.freeze(agent).id)
    with pytest.raises(NotFound, match="no backup"):
        harness.agents.versions.backup(made[0])
    assert harness.agents.versions.backup(made[2]).id == made[1]
    harness.agents.versions.name(made[0], "Backup")
    assert harness.agents.versions.backup(made[2]).id == made[0]


@pytest.mark.twin
def test_it_takes_the_place_of_the_running_call(harness):
    agent = harness.agents.list()[0].id
    harness.agents.versions.name(harness.agents.versions.freeze(agent).id, "Backup")
    draft = harness.agents.draft(agent)
    harness.agents.save(agent, {**draft.settings, "prompt.system": "Be new."}, draft.revision)
    running = harness.run()
    backup = harness.agents.versions.backup(harness.session(running).version_id)
    ticket = harness.calls.restart(running, backup.id)
    assert harness.session(running).end_reason == "restarted"
    session = harness.session(ticket.session_id)
    assert (session.version_number, session.origin) == (1, "presenter")
