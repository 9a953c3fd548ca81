"""A prompt written as JSON is read as one in lines: no bracket, quote or field name in code is spoken."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.twin.agent.brain import facts
from greenroom.twin.agent.brain.json_prompts import as_written_text
from greenroom.twin.agent.brain.prompt_facts import facts_in

pytestmark = pytest.mark.twin

TOWER = {
    "role": "Concierge of the Aurora office tower",
    "tone": "formal",
    "facts": {"lobby_hours": "6 am to 10 pm, Monday to Saturday", "visitorParking": "level B2, 4 dollars an hour"},
    "rules": ["Do not disclose tenant names", "If they ask about the gym, say that gym cards are for tenants."],
}
WHOLE, ONE_LINE = json.dumps(TOWER, indent=2), json.dumps(TOWER)
WITH_A_COMMA_TOO_MANY = WHOLE.replace('tenants."\n', 'tenants.",\n')
FENCED = f"You serve visitors.\n```json\n{WHOLE}\n```\nParking closes at midnight."


@pytest.mark.parametrize("prompt", [WHOLE, ONE_LINE, WITH_A_COMMA_TOO_MANY, FENCED])
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When is the lobby open?", "Lobby hours: 6 am to 10 pm, Monday to Saturday"),
        ("What does visitor parking cost?", "Visitor parking: level B2, 4 dollars an hour"),
        ("Can I use the gym?", "Gym cards are for tenants."),
        ("Who are you?", "I am Concierge of the Aurora office tower."),
        ("What are your rules?", ""),
        ("What is your tone?", ""),
    ],
)
def test_facts_of_a_prompt_in_json_are_spoken_as_text(prompt, question, answer):
    assert facts.reply([{"role": "system", "content": prompt}, {"role": "user", "content": question}]) == answer


def test_field_names_of_yaml_are_spoken_as_words():
    prompt = "role: receptionist\ntone: calm\nfacts:\n  opening_hours: 9 to 5\n  - late_fee: 4 euros"
    assert [fact.text for fact in facts_in(as_written_text(prompt))] == ["Opening hours: 9 to 5", "Late fee: 4 euros"]


@pytest.mark.parametrize("prompt", ["Say {{name}} and [link].", "Rooms [twelve] cost {price}.", 'They say "hello" {twice}.'])
def test_other_brackets_stay(prompt):
    assert as_written_text(prompt) == prompt


@given(
    st.recursive(
        st.text() | st.integers() | st.none() | st.booleans(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_read(document):
    facts_in(as_written_text(json.dumps(document)))
