"""What only seems to answer a question isn't said: a yes to another one, half a price, an order inside a sentence."""

from __future__ import annotations

import pytest

from greenroom.catalog.templates import NORA, PIA
from greenroom.twin.agent.brain import facts, other_person
from greenroom.twin.agent.brain.scripted import ScriptedBrain
from tests.twin.agent.test_brain import answer

pytestmark = pytest.mark.twin

LAMPS = """You answer the support line of Lumo, a maker of lamps.
Q: Does Lumo work with Apple Home?
A: Yes, from firmware 2.4 on.
Q: Is the lamp waterproof?
A: No. Do not use it in the bathroom or outdoors.
"""
KAYAKS = (
    "Harbour Kayaks rents kayaks by the hour in Bergen, and you are the voice on its phone. People call for fun, so be "
    "encouraging. If a caller is unsure whether they can swim, tell them kindly that they must be able to."
)
STYLE = "# Style\n- Warm, short answers\n# Facts\n- Parking: two spaces\nGoal: resolve complaints\n# Tone and voice\n* Calm staff"


def said(prompt: str, question: str) -> str:
    return facts.reply([{"role": "system", "content": prompt}, {"role": "user", "content": question}])


@pytest.mark.parametrize(
    ("prompt", "question", "answer"),
    [
        (LAMPS, "Does it work with Apple Home?", "Yes, from firmware 2.4 on."),
        (LAMPS, "Can I use it outdoors?", "No. Do not use it in the bathroom or outdoors."),
        (LAMPS, "Does it work with Alexa?", ""),
        (LAMPS, "How many watts does it use?", ""),
        (KAYAKS, "What do you rent?", "Harbour Kayaks rents kayaks by the hour in Bergen."),
        (KAYAKS, "Why do people call?", "People call for fun."),
        (KAYAKS, "I can't really swim.", "You must be able to."),
        (STYLE, "Do you give short answers?", ""),
        (STYLE, "Who deals with complaints?", ""),
        (STYLE, "Is your staff calm?", ""),
        (STYLE, "Where is the parking?", "Parking: two spaces"),
        (
            str(PIA.values["prompt.system"]),
            "How much is a large Margherita?",
            "A Margherita costs nine dollars. Each comes in regular size, and large costs three dollars more.",
        ),
    ],
)
def test_an_answer_is_whole_or_none(prompt, question, answer):
    assert said(prompt, question) == answer


async def test_who_is_not_the_person_that_is_called_hears_nothing_of_what_it_is_about():
    told = [
        {"role": "system", "content": str(NORA.values["prompt.system"])},
        {"role": "assistant", "content": "Good morning, this is Nora. Am I speaking with Jordan Reed?"},
    ]
    for heard, reply in (
        ("No, I'm his brother.", other_person.OTHER_PERSON),
        ("What is it about?", other_person.FOR_THEM_ALONE),
        ("He is in at five.", other_person.CALLS_AGAIN),
    ):
        told.append({"role": "user", "content": heard})
        assert await answer(ScriptedBrain(), told) == reply
        told.append({"role": "assistant", "content": reply})
    told.append({"role": "user", "content": "Hold on, here he is."})
    assert "appointment is on" in await answer(ScriptedBrain(), told)
