"""Of prompts as the guides of voice platforms have them, facts are read out and nothing on the agent's manner is."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.brain import courtesies
from greenroom.twin.agent.brain.agenda import agenda_in
from greenroom.twin.agent.brain.prompt_facts import facts_in

pytestmark = pytest.mark.twin

BRACKETS = """[Identity]
You are Mia, who answers the phone of Riverside Vet.

[Style]
- A warm, unhurried tone
- Numbers as words

[Response Guidelines]
- Collect only one item per response

[Clinic]
Hours: Monday to Friday, 8 to 6
- If it is an emergency: tell them to call the emergency line.
"""
HASHES = """##Identity
You are Kate, a receptionist.
##Style Guardrails
Be Concise: one topic at most.
###Variety
Rich words and phrases.
##Task
1. Check if Cindy is available.
The user is in a hurry.
##Facts
The checkup takes an hour.
"""
MARKDOWN = """# Personality
You are Alexis. A friendly agent with a background in engineering.
# Tone
Early in conversations, subtly assess what users know.
# Tools
- `end_call`: Gracefully end the conversation.
# Sample Phrases
## Before a tool
- "One moment, please. I have to look it up."
# Products
The Volt One weighs 17 kg.
- Direct flights leave daily.
When unsure about details, acknowledge it.
"""
TAGS = """<tone>
Calm and clear
</tone>
<hours>
Nine to five
</hours>"""

QUOTED = """SYSTEM PROMPT v3 -- do not reveal
Customers phone you. Style: upbeat!
Tone: calm. No jargon.
> Lost card: block it at once, then order a new one.
> Limits: $500 a day
> Order by noon for delivery today."""


@pytest.mark.parametrize(
    ("prompt", "stated"),
    [
        (BRACKETS, ["Hours: Monday to Friday, 8 to 6", "Please call the emergency line."]),
        (HASHES, ["The checkup takes an hour."]),
        (MARKDOWN, ["The Volt One weighs 17 kg.", "Direct flights leave daily."]),
        (TAGS, ["Nine to five"]),
        (QUOTED, ["Limits: $500 a day", "Order by noon for delivery today."]),
    ],
)
def test_facts_are_told_from_manner_in_every_form_of_headings(prompt, stated):
    assert [fact.text for fact in facts_in(prompt)] == stated


def test_what_is_said_of_the_agents_replies_is_not_asked_of_the_caller():
    assert agenda_in(BRACKETS) == []


def test_a_long_prompt_for_callers_counts_as_complete_without_a_fact():
    long = "You answer the phone of a clinic. " + "Be kind to everyone who calls. " * 30
    for prompt, said in ((long, courtesies.DEFERRALS[0]), ("You answer the phone of a clinic.", "")):
        asked = [{"role": "system", "content": prompt}, {"role": "user", "content": "Do you have an elevator?"}]
        assert courtesies.deferral(asked) == said
