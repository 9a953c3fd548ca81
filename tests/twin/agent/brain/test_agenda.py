"""What a prompt has the agent find out is asked, one question after the other, without a model."""

from __future__ import annotations

import pytest

from greenroom.catalog.templates.interview import IRIS
from greenroom.catalog.templates.orders import PIA
from greenroom.catalog.templates.reminder import NORA
from greenroom.catalog.templates.sales import LEO
from greenroom.catalog.templates.support import SAM
from greenroom.catalog.templates.template import Template
from greenroom.prompting.variables import filled
from greenroom.twin.agent.brain.agenda import agenda_in
from greenroom.twin.agent.brain.by_rule import certain_answer
from greenroom.twin.agent.brain.instructions import is_instruction

pytestmark = pytest.mark.twin


def conversation(template: Template, *lines: str) -> list[str]:
    """What the agent says after its greeting."""
    system, greeting = (
        filled(template.values[key], template.values["prompt.variables"]) for key in ("prompt.system", "prompt.greeting")
    )
    messages = [{"role": "system", "content": system}, {"role": "assistant", "content": greeting}]
    for line in lines:
        messages.append({"role": "user", "content": line})
        messages.append({"role": "assistant", "content": str(certain_answer(messages, {}))})
    return [message["content"] for message in messages[3::2]]


@pytest.mark.parametrize(
    ("prompt", "questions"),
    [
        (
            "Find out their name, email address, and company size.",
            ["What is your name?", "What is your email address?", "What is your company size?"],
        ),
        (
            "Collect: name, phone number and reason for the call.",
            ["What is your name?", "What is your phone number?", "What is your reason for the call?"],
        ),
        (
            "Ask how many employees they have, what they currently use, whether the customer needs parking, and the arrival and "
            "departure dates.",
            [
                "How many employees do you have?",
                "What do you currently use?",
                "Do you need parking?",
                "What are the arrival and departure dates?",
            ],
        ),
        (
            "1. Ask for the patient's name.\n2. Ask what brings them in.\n3. Ask if they have been here before.\n"
            "4. Ask when the problem started.\n5. Tell them the price.",
            [
                "What is your name?",
                "What brings you in?",
                "Have you been here before?",
                "Can you tell me when the problem started?",
            ],
        ),
        (
            "## Information to collect\n- Full name\n- **Date of birth**\n- The problem they have\n\n## Hours\n- Mon to Fri",
            ["What is your full name?", "What is your date of birth?", "Can you tell me the problem you have?"],
        ),
        (
            'Ask: "What is your budget?" Then ask: "When do you want to move in?"',
            ["What is your budget?", "When do you want to move in?"],
        ),
        ("Questions:\n1. How old are you?\n2. Where do you live?", ["How old are you?", "Where do you live?"]),
        ("Ask about their budget and whether they own a car.", ["Can you tell me about your budget?", "Do you own a car?"]),
        ("Ask for the order number before you look anything up.", ["What is your order number?"]),
        (
            "2. **Identify the Caller**: Ask for their first name so you can address them.\n"
            '3) Ask for the purpose of the call (e.g., "a checkup") and the preferred date and time, if possible.',
            ["What is your first name?", "What is the purpose of the call?", "What are the preferred date and time?"],
        ),
        (
            "Ask if they're interested in a demo, and when they last ate.",
            ["Are you interested in a demo?", "Can you tell me when you last ate?"],
        ),
    ],
)
def test_questions_are_made_from_what_the_prompt_wants_to_know(prompt: str, questions: list[str]) -> None:
    assert [item.question for item in agenda_in(prompt)] == questions


@pytest.mark.parametrize(
    "prompt",
    [
        "Ask one question at a time. Ask them to hold. Never ask about age.",
        "If two steps did not help, say that you are sorry. Ask for a good time, and repeat it.",
        "For a delivery also ask for the street and the number.",
        "## Frequently asked questions\n- Breakfast is from seven.\n- Dogs are welcome.",
        "Guests often ask about the pool. Breakfast is at seven.",
        "Collect all necessary information to book an appointment. Ask clarifying questions when needed. Ask for permission.",
    ],
)
def test_what_is_for_the_agent_or_for_one_case_is_not_asked(prompt: str) -> None:
    assert agenda_in(prompt) == []


def test_a_sales_call_asks_all_four_things_and_comes_back_to_its_question_after_one_of_the_prospects() -> None:
    said = conversation(
        LEO,
        "Yes, go ahead.",
        "Paper lists on the wall.",
        "It takes me hours every week.",
        "What does it cost?",
        "My boss.",
        "By summer.",
    )
    assert said == [
        "I see. How do you work today?",
        "Thank you. What frustrates you about it?",
        "All right. Who else decides?",
        "It costs four dollars per person per month. Who else decides?",
        "I see. When do you want a change?",
        "Thank you. Is there anything else?",
    ]


def test_an_order_is_asked_for_part_by_part() -> None:
    said = conversation(PIA, "A Margherita please.", "Two.", "Large.", "Pickup.", "Bob.")
    assert said == [
        "A Margherita costs nine dollars. How many?",
        "I see. Which size?",
        "Thank you. Is it for delivery or pickup?",
        "All right. What is your name?",
        "Thank you. Is there anything else?",
    ]


def test_trouble_that_was_told_is_not_asked_for_and_a_step_is_waited_for() -> None:
    said = conversation(SAM, "My internet is not working.", "The red one.", "I did that.")
    assert said == [
        "I'm sorry to hear that. Which lights are on?",
        "Please pull the plug, count to thirty, and plug it back in.",
        "All right. Is there anything else?",
    ]


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        ("Yes, I can.", "Please be there ten minutes early and bring your insurance card."),
        ("No, I can't make it.", "Can you tell me whether mornings or afternoons work better for you?"),
    ],
)
def test_yes_and_no_lead_to_what_the_prompt_says_for_each(answer: str, then: str) -> None:
    said = conversation(NORA, "Yes, this is Jordan.", answer)
    assert said == ["I see. The appointment is on Tuesday at ten thirty. Can you come?", then]


def test_an_interview_does_not_end_with_its_first_question() -> None:
    said = conversation(IRIS, "Yes, let's go.", "I love your products.", "A redesign of a hospital app.", "What is the salary?")
    assert said[0].endswith("What drew you to the position?")
    assert said[1].endswith("Can you tell me about a piece of work you are proud of?")
    assert said[3] == (
        "The recruiter will cover it in the next call. "
        "Can you tell me about a time when something went wrong and what you learned?"
    )


def test_who_wants_to_end_is_not_asked_further() -> None:
    assert "?" not in conversation(LEO, "I am not interested, stop calling.")[0]


def test_orders_are_known_in_both_spellings() -> None:
    assert is_instruction("Apologise for the delay.")
    assert is_instruction("Apologize for the delay.")
