"""The version that a presenter falls back on."""

from __future__ import annotations

import pytest

from greenroom.errors import NotFound

pytestmark = pytest.mark.unit


def test_the_version_named_backup_else_the_one_before(desk):
    agent = desk.agents.list()[0].id
    made = []
    for number in range(3):
        draft = desk.agents.draft(agent)
        desk.agents.save(agent, {**draft.settings, "prompt.system": f"Be {number}."}, draft.revision)
        made.append(desk.agents.freeze(agent).id)
    with pytest.raises(NotFound, match="no backup"):
        desk.agents.backup(made[0])
    assert desk.agents.backup(made[2]).id == made[1]
    desk.agents.name_version(made[0], "Backup")
    assert desk.agents.backup(made[2]).id == made[0]


@pytest.mark.twin
def test_it_takes_the_place_of_the_running_call(desk):
    agent = desk.agents.list()[0].id
    desk.agents.name_version(desk.agents.freeze(agent).id, "Backup")
    draft = desk.agents.draft(agent)
    desk.agents.save(agent, {**draft.settings, "prompt.system": "Be new."}, draft.revision)
    running = desk.run()
    backup = desk.agents.backup(desk.session(running).version_id)
    ticket = desk.calls.restart(running, backup.id)
    assert desk.session(running).end_reason == "restarted"
    session = desk.session(ticket.session_id)
    assert (session.version_number, session.origin) == (1, "presenter")
