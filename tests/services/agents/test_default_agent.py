"""The agent that is meant when none is named: never one that has just come in from a file."""

from __future__ import annotations

import pytest

from greenroom.model.launch import LaunchRequest
from greenroom.model.session import API, GUEST, LAMBDA, REHEARSAL
from greenroom.web.sample_backend import SampleBackend
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.unit

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def harness(tmp_path) -> Harness:
    return make_harness(NOBODY, tmp_path)


def test_an_import_becomes_the_default_only_when_it_is_edited(harness: Harness) -> None:
    house = harness.agents.default()
    imported = harness.agents.import_agent("Imported", dict(harness.agents.draft(house.id).settings))
    assert harness.agents.list()[0].id == imported.id, "it stands on top of the list"
    assert harness.agents.default().id == house.id
    draft = harness.agents.draft(imported.id)
    harness.agents.save(imported.id, {**draft.settings, "prompt.greeting": "Hello."}, draft.revision)
    assert harness.agents.default().id == imported.id


def test_no_other_way_makes_an_import_the_default(harness: Harness) -> None:
    """Copied, renamed, archived and taken back, it still holds what a file says."""
    house = harness.agents.default()
    imported = harness.agents.import_agent("Imported", dict(harness.agents.draft(house.id).settings))
    harness.agents.duplicate(imported.id)
    harness.agents.rename(imported.id, "Renamed")
    harness.agents.archive(imported.id)
    harness.agents.unarchive(imported.id)
    assert harness.agents.default().id == house.id
    assert harness.agents.default().id == harness.agents.list()[-1].id
    copy = harness.agents.duplicate(house.id)
    assert harness.agents.default().id == copy.id


def test_an_import_becomes_the_default_when_it_is_launched_in_the_studio(harness: Harness) -> None:
    house = harness.agents.default()
    imported = harness.agents.import_agent("Imported", dict(harness.agents.draft(house.id).settings))
    for origin in (API, REHEARSAL, GUEST):
        ended = harness.calls.launch(LaunchRequest(imported.id, origin=origin, caller="external")).session_id
        harness.calls.end(ended, "ended")
        assert harness.agents.default().id == house.id, origin
    harness.calls.launch(LaunchRequest(imported.id))
    assert harness.agents.default().id == imported.id


def test_a_program_that_starts_an_import_by_its_name_gives_it_to_no_other(harness: Harness) -> None:
    house = harness.agents.default()
    settings = {**harness.agents.draft(house.id).settings, "prompt.system": "planted"}
    harness.agents.import_agent("Imported", settings)
    backend = SampleBackend(harness.external, API)
    backend.start({"profile": "imported"})  # nobody is there to answer; the version is frozen by then
    assert harness.agents.versions.of(harness.agents.list()[0].id)
    assert "planted" not in str(backend.start({"connect": "false", "debug": ""}).body)


def test_the_api_does_not_start_an_import_that_nobody_named(harness: Harness) -> None:
    house = harness.agents.default()
    settings = {**harness.agents.draft(house.id).settings, "prompt.system": "planted"}
    harness.agents.import_agent("Imported", settings)
    backend = SampleBackend(harness.external, API)
    assert "planted" not in str(backend.start({"connect": "false", "debug": ""}).body)
    assert "planted" not in str(SampleBackend(harness.external, LAMBDA).lambda_form({"connect": "false", "debug": ""}).body)
    assert "planted" in str(backend.start({"connect": "false", "debug": "", "profile": "imported"}).body)


def test_the_api_starts_no_import_that_took_the_name_of_an_agent(harness: Harness) -> None:
    house = harness.agents.default()
    settings = {**harness.agents.draft(house.id).settings, "prompt.system": "planted"}
    harness.agents.import_agent(house.name.upper(), settings)
    backend = SampleBackend(harness.external, API)
    assert "planted" not in str(backend.start({"connect": "false", "debug": "", "profile": house.name}).body)


def test_a_session_from_another_machine_brings_no_default_agent(harness: Harness, tmp_path) -> None:
    there = make_harness(NOBODY, tmp_path / "there")
    session_id = there.launch()
    there.calls.end(session_id, "ended")
    house = harness.agents.default()
    harness.transfers.import_bundle(there.transfers.as_zip(session_id))
    assert there.session(session_id).agent_id in {agent.id for agent in harness.agents.list()} - {house.id}
    assert harness.agents.default().id == house.id


def test_the_api_names_no_agent_where_all_are_imports(harness: Harness) -> None:
    house = harness.agents.default()
    harness.agents.import_agent("Imported", dict(harness.agents.draft(house.id).settings))
    harness.agents.archive(house.id)
    answer = SampleBackend(harness.external, API).start({"connect": "false"})
    assert (answer.status, "profile" in answer.body["error"]) == (400, True)
