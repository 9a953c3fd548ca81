"""The version that a presenter falls back on."""

from __future__ import annotations

import pytest

from greenroom.errors import AgoraError, NotFound

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
    assert (ticket.replaces, harness.session(running).state) == (running, "running"), "nobody waits in silence"
    harness.calls.start_agent(ticket.session_id)
    assert harness.session(running).state == "running"
    harness.calls.take_over(ticket.session_id)
    assert (harness.session(running).end_reason, harness.session(running).agent_stopped) == ("restarted", True)
    session = harness.session(ticket.session_id)
    assert (session.version_number, session.origin) == (1, "presenter")


@pytest.mark.twin
def test_the_running_call_goes_on_if_its_replacement_does_not_start(harness, monkeypatch):
    running = harness.run()
    ticket = harness.calls.restart(running, harness.session(running).version_id)

    def refuse(session):
        raise AgoraError("No agent is free.", status=503)

    with monkeypatch.context() as refused:
        refused.setattr(harness.calls.runs, "start", refuse)
        with pytest.raises(AgoraError):
            harness.calls.start_agent(ticket.session_id)
    assert (harness.session(ticket.session_id).end_reason, harness.session(running).state) == ("refused", "running")
    again = harness.calls.restart(running, harness.session(running).version_id)
    harness.calls.start_agent(again.session_id)
    harness.calls.take_over(again.session_id)
    assert harness.session(running).end_reason == "restarted"
