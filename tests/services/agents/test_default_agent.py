"""The agent that is meant when none is named: never one that has just come in from a file."""

from __future__ import annotations

import pytest

from greenroom.model.session import API
from greenroom.web.sample_backend import SampleBackend
from tests.services.conftest import Desk, make_desk

pytestmark = pytest.mark.unit

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def desk(tmp_path) -> Desk:
    return make_desk(NOBODY, tmp_path)


def test_an_import_becomes_the_default_only_when_it_is_edited(desk: Desk) -> None:
    house = desk.agents.default()
    imported = desk.agents.import_agent("Imported", dict(desk.agents.draft(house.id).settings))
    assert desk.agents.list()[0].id == imported.id, "it stands on top of the list"
    assert desk.agents.default().id == house.id
    draft = desk.agents.draft(imported.id)
    desk.agents.save(imported.id, {**draft.settings, "prompt.greeting": "Hello."}, draft.revision)
    assert desk.agents.default().id == imported.id


def test_an_import_becomes_the_default_when_it_is_launched(desk: Desk) -> None:
    house = desk.agents.default()
    imported = desk.agents.import_agent("Imported", dict(desk.agents.draft(house.id).settings))
    desk.agents.freeze(imported.id)
    assert desk.agents.default().id == imported.id


def test_the_api_does_not_start_an_import_that_nobody_named(desk: Desk) -> None:
    house = desk.agents.default()
    settings = {**desk.agents.draft(house.id).settings, "prompt.system": "planted"}
    desk.agents.import_agent("Imported", settings)
    backend = SampleBackend(desk.external, API)
    assert "planted" not in str(backend.start({"connect": "false", "debug": ""}).body)
    assert "planted" in str(backend.start({"connect": "false", "debug": "", "profile": "imported"}).body)


def test_the_api_starts_no_import_that_took_the_name_of_an_agent(desk: Desk) -> None:
    house = desk.agents.default()
    settings = {**desk.agents.draft(house.id).settings, "prompt.system": "planted"}
    desk.agents.import_agent(house.name.upper(), settings)
    backend = SampleBackend(desk.external, API)
    assert "planted" not in str(backend.start({"connect": "false", "debug": "", "profile": house.name}).body)


def test_a_session_from_another_machine_brings_no_default_agent(desk: Desk, tmp_path) -> None:
    there = make_desk(NOBODY, tmp_path / "there")
    session_id = there.launch()
    there.calls.end(session_id, "ended")
    house = desk.agents.default()
    desk.transfers.import_bundle(there.transfers.as_zip(session_id))
    assert there.session(session_id).agent_id in {agent.id for agent in desk.agents.list()} - {house.id}
    assert desk.agents.default().id == house.id
