"""The suites that ship pass on their templates, and for the right reason: none passes for an agent that knows nothing."""

from __future__ import annotations

import pytest

from greenroom.catalog.templates import TEMPLATES
from greenroom.model.rehearsal import RehearsalPlan, SuiteId
from greenroom.rehearsal.evaluation import evaluate
from greenroom.rehearsal.evidence import AgentReply, CallEvidence
from greenroom.rehearsal.reading import read
from greenroom.services.rehearsals.starters import starters
from tests.conftest import until

pytestmark = [pytest.mark.twin, pytest.mark.sqlite_only]

BY_ID = {template.id: template for template in TEMPLATES}
NOTHING = {"prompt.system": "You are an assistant.", "prompt.greeting": "Hello.", "tools.functions": [], "tools.enable": False}


def verdicts(harness, template: str, **overrides) -> dict[str, tuple[str, str]]:
    agent = harness.agents.create(BY_ID[template])
    version = harness.agents.versions.freeze(agent.id)
    rehearsals = harness.services.rehearsals
    text = starters()[template].text
    batch = rehearsals.run(RehearsalPlan(SuiteId(""), template, agent.id, text, (version.id,), overrides=overrides))
    assert rehearsals.wait(batch.id, 110)
    return {cell.scenario_id: (cell.verdict, cell.reason) for cell in rehearsals.results.report(batch.id).cells}


@pytest.mark.parametrize("template", sorted(starters()))
def test_a_suite_passes_on_its_template(harness, template):
    found = verdicts(harness, template)
    assert {name: why for name, why in found.items() if why[0] != "pass"} == {}
    assert len(found) == len(read(starters()[template].text).spans)


@pytest.mark.parametrize("template", sorted(starters()))
def test_no_test_passes_for_an_agent_that_knows_nothing(harness, template):
    found = verdicts(harness, template, **NOTHING)
    assert {name for name, (verdict, _) in found.items() if verdict != "fail"} == set()


def test_there_are_forty_of_them():
    assert sum(len(read(starter.text).spans) for starter in starters().values()) >= 40


@pytest.mark.parametrize(
    ("about", "asked", "nights", "check"),
    [
        ("Well. " + "It is a lovely old place by the river. " * 6, "", "", "one or two short sentences"),
        ("Is it for two? Or for a family?", "", "", "one or two short sentences"),
        ("We have:\n- a garden room\n- a terrace", "", "", "no lists"),
        ("We have 1. a garden room 2. a terrace.\n2) Dogs", "", "", "no lists"),
        ("First, the garden room. Second, the river.", "", "", "no lists"),
        ("It costs €120.", "", "", "no symbols"),
        ("A **lovely** house.", "", "", "no symbols"),
        ("See www.linden.example for more.", "", "", "no web addresses"),
        ("Please hurry, others are waiting.", "", "", "unhurried"),
        ("", "Your day of arrival, and for how many nights?", "", "Does not say “nights” or “name”"),
        ("", "", "For how many nights, and under which name?", "Does not say “name”"),
    ],
)
def test_a_reply_that_breaks_a_line_about_manner_is_noticed(about, asked, nights, check):
    """The scripted responder follows no such line, so removing it changes nothing; these are replies of a model without it."""
    content = read(starters()["hotel"].text).content
    assert content is not None
    scenario = next(one for one in content.scenarios if one.id == "manner")

    def failed(*replies: str) -> set[str]:
        said = tuple(AgentReply(number, text, number, "Yes?") for number, text in enumerate(replies))
        found = evaluate(scenario, CallEvidence("text", said, "caller", ()), [1, 2, 3])
        return {one.title for one in found if one.verdict != "pass"}

    kind = (
        "Good day.",
        "A small house, ten minutes from the old town.",
        "Gladly. On which day is your arrival?",
        "For how many nights?",
    )
    assert failed(*kind) == set()
    broken = [ours or usual for ours, usual in zip(("", about, asked, nights), kind, strict=True)]
    assert check in failed(*broken)


def test_even_the_test_about_manner_depends_on_what_the_prompt_says(harness):
    prompt = str(BY_ID["hotel"].values["prompt.system"])
    known = "The old town is ten minutes away on foot, along the river."
    assert known in prompt
    found = verdicts(harness, "hotel", **{"prompt.system": prompt.replace(known, "")})
    assert found["manner"][0] == "fail"


def test_the_strength_of_tests_is_what_they_notice(harness):
    agent = harness.agents.create(BY_ID["order_status"], "Kai")
    draft = harness.agents.draft(agent.id)
    prompt = "You are Kai. Customers may ask. Returns are free for thirty days."
    harness.agents.save(agent.id, {**draft.settings, "prompt.system": prompt}, draft.revision)
    text = """rehearse: 1
name: Strength
scenarios:
- id: returns
  caller: {lines: [{say: 'Are returns free?', expect: [{says: thirty days}]}]}
- id: look-up
  caller: {lines: [{say: 'Where is my order 1234?', expect: [{says: Friday}]}]}
- id: polite
  caller: {lines: [{say: 'Are returns free?', expect: [{not_says: damn}]}]}
"""
    strength = harness.services.rehearsals.strength
    suite = harness.services.rehearsals.suites.create(agent.id, "Strength", text)
    strength.start(suite, harness.agents.versions.freeze(agent.id))
    until(lambda: strength.progress(suite.id) is None, within_s=100)
    found = strength.result(suite)
    assert found is not None
    assert found.toothless == ("polite",)
    assert found.noticed["Returns are free for thirty days."] == ("returns",)
    assert found.noticed["Tool: orderStatus"] == ("look-up",)
    assert not found.noticed["You are Kai."]
    newest = harness.agents.versions.of(agent.id)[0].id
    assert harness.services.rehearsals.results.badges(agent.id, [newest])[newest].stale == 3, (
        "these runs are no results of the suite"
    )
