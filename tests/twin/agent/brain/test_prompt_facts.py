"""Facts as people write them into prompts are found by a question; what is no fact is not read out."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.brain import courtesies, facts
from greenroom.twin.agent.brain.prompt_facts import facts_in

pytestmark = pytest.mark.twin

SALES = """## Role
You are Aria, a sales assistant for **CloudDesk**. Du bist freundlich.

## Pricing
- Starter: $19 per agent per month
- Growth: $49 per agent per month, with SLA reports

## Rules
- Teach one thing at a time.
- Do not discuss competitors.
- You must never promise compensation.
- If the caller asks for a discount, say that annual billing saves 20%.

## Facts
- Free trial: 14 days, no credit card needed
- What you know: data is stored in Frankfurt
- Online check-in opens 24 hours before. Checkout is at eleven.

FAQ
Q: Can I cancel early?
A: Yes, with four weeks' notice.
Which systems do you connect to?
Slack and Jira.

<plans>
| Plan | Price |
|------|-------|
| Team | 35 euros |
</plans>
"""


def said(question: str, prompt: str = SALES) -> str:
    return facts.reply([{"role": "system", "content": prompt}, {"role": "user", "content": question}])


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much is Growth?", "Growth: $49 per agent per month, with SLA reports"),
        ("Is there a free trial?", "Free trial: 14 days, no credit card needed"),
        ("Do I need a credit card?", "Free trial: 14 days, no credit card needed"),
        ("Where is my data stored?", "Data is stored in Frankfurt"),
        ("What are your prices?", "Starter: $19 per agent per month; Growth: $49 per agent per month, with SLA reports."),
        ("Can I get a discount?", "Annual billing saves 20%."),
        ("When does check in open?", "Online check-in opens 24 hours before."),
        ("When do I have to check out?", "Checkout is at eleven."),
        ("Can I cancel early?", "Yes, with four weeks' notice."),
        ("What systems can you connect to?", "Slack and Jira."),
        ("How much is the team plan?", "Team: 35 euros"),
        ("Will I get compensation for my delay?", ""),
        ("What are your rules?", ""),
        ("Which painkiller must I take?", ""),
    ],
)
def test_an_answer_is_found_however_the_prompt_is_written(question, answer):
    assert said(question) == answer


PRACTICE = """You are Robin, the receptionist of Bright Smile Dental. You speak with patients.

# Opening hours
- Monday to Thursday: 8 am to 6 pm
- Friday: 8 am to 1 pm
- Closed at the weekend

# Policies
Appointments must be cancelled 24 hours before; otherwise we charge £25.
Dr. Patel speaks Hindi, Dr. Jones speaks Welsh.
We take cash and Visa, but not American Express.
Le petit-déjeuner is served from 7 to 10.
Pets in the room: up to 8 kg, £6. Flights to the UK do not take pets.
If a tooth was knocked out, tell them to keep it in milk and to come at once, then transfer the call.
If the caller reports a lost card, say: "I'm blocking the card now."
If they ask about pay, say that the recruiter tells them next week.
If you do not know something, say so and offer a call back.
If two steps did not help, ask them to call you back.

| Question | Answer |
|---|---|
| Where are you? | 14 Mill Road, next to the fire station. |
| How long can I keep a book? | Three weeks. You can renew it twice online. |
| Is there a children's hour? | Every Saturday at 11. |

Q: Which ATMs can I use?
A: Ours are free. Others charge $2.50.
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When are you open on Friday?", "Friday: 8 am to 1 pm"),
        ("When are you open on Tuesday?", "Monday to Thursday: 8 am to 6 pm"),
        ("Are you open on Saturday?", "Closed at the weekend"),
        ("What are your opening hours?", "Monday to Thursday: 8 am to 6 pm; Friday: 8 am to 1 pm; Closed at the weekend."),
        ("What happens if I cancel?", "Appointments must be cancelled 24 hours before; otherwise we charge £25."),
        ("Does anyone speak Hindi?", "Dr. Patel speaks Hindi, Dr. Jones speaks Welsh."),
        ("Do you take Amex?", "We take cash and Visa, but not American Express."),
        ("What time is breakfast?", "Le petit-déjeuner is served from 7 to 10."),
        ("Can my cat come to London?", "Pets in the room: up to 8 kg, £6. Flights to the UK do not take pets."),
        ("My tooth was knocked out!", "Please keep it in milk and come at once."),
        ("I lost my card", "I'm blocking the card now."),
        ("What is the salary?", "The recruiter tells you next week."),
        ("Where are you located?", "14 Mill Road, next to the fire station."),
        ("How long can I keep my book?", "Three weeks. You can renew it twice online."),
        ("Is there something for kids?", "Every Saturday at 11."),
        ("Can I use any ATM for free?", "Ours are free. Others charge $2.50."),
        ("One two three four", ""),
        ("Two steps did not help", ""),
        ("Who are you?", "I am Robin, the receptionist of Bright Smile Dental."),
    ],
)
def test_lists_tables_cases_and_other_words_for_a_thing_are_understood(question, answer):
    assert said(question, PRACTICE) == answer


def test_who_asks_what_there_is_hears_the_first_facts():
    prompt = "You take orders. Tea costs two euros. Cake costs three euros. If they ask for milk, say that there is none."
    assert said("What do you have?", prompt) == "Tea costs two euros. Cake costs three euros."


def test_what_did_not_help_is_not_said_again():
    prompt = "You help customers. When the light is red, ask the person to pull the plug. The start takes two minutes."
    talk = [("user", "The light is red"), ("assistant", "Please pull the plug."), ("user", "The light is still red")]
    messages = [{"role": "system", "content": prompt}, *({"role": role, "content": text} for role, text in talk)]
    assert facts.reply(messages[:2]) == "Please pull the plug."
    assert facts.reply(messages) == ""
    assert courtesies.acknowledgement(messages) in courtesies.SORRY


@pytest.mark.parametrize(
    ("said_last", "heard", "answer"),
    [
        ("Hello.", "My internet doesn't work", courtesies.SORRY[0]),
        ("Hello.", "I want a refund", courtesies.CANNOT_DO[0]),
        ("Hello.", "I'm not interested", courtesies.ENDED),
        ("Hello.", "Yes, speaking", courtesies.SEEN[0]),
        ("Hello.", "Call me back tomorrow", courtesies.CALLBACK),
        (courtesies.CANNOT_DO[0], "Yes please", courtesies.CALLBACK),
        (courtesies.CALLBACK, "0171 234", courtesies.CALLBACK_NOTED),
        ("Shall we begin?", "Hello", "Hello. Shall we begin?"),
        ("Checkout is at eleven.", "Sorry?", "Checkout is at eleven."),
        ("Checkout is at eleven.", "I did not understand", "Checkout is at eleven."),
        ("Hello.", "My name is Anna", "Thank you, Anna. How can I help you?"),
    ],
)
def test_what_a_caller_tells_or_wants_gets_an_honest_answer_without_a_model(said_last, heard, answer):
    prompt = "You answer the phone for a shop. Delivery takes two days."
    talk = [{"role": "assistant", "content": said_last}, {"role": "user", "content": heard}]
    messages = [{"role": "system", "content": prompt}, *talk]
    assert (facts.reply(messages) or courtesies.deferral(messages) or courtesies.acknowledgement(messages)) == answer


def test_the_callers_name_is_kept():
    heard = [{"role": "user", "content": text} for text in ("My name is Anna", "What is my name?")]
    assert facts.reply(heard) == "Your name is Anna."


def test_headings_questions_markup_and_instructions_are_no_facts():
    texts = [fact.text for fact in facts_in(SALES)]
    for text in texts:
        assert not text.startswith(("#", "Q:", "A:", "|", "<", "Teach", "Do not", "Du bist", "If ", "FAQ", "Plan:")), text
        assert "?" not in text
        assert "**" not in text


def test_a_forbidden_subject_is_refused_unless_a_fact_is_about_it():
    prompt = "You answer for a shop. Never promise a delivery time. Delivery takes two days. Never discuss salaries."
    assert said("How long does delivery take?", prompt) == "Delivery takes two days."
    assert said("What is your salary?", prompt) == facts.REFUSAL


def test_questions_to_ask_the_caller_are_not_read_out_as_answers():
    prompt = "Ask one by one: 1. Which databases have you used? 2. Describe a dashboard. The interview takes 20 minutes."
    assert said("I have used databases for years", prompt) == ""
    assert said("How long is the interview?", prompt) == "The interview takes 20 minutes."


def test_a_patient_tutor_serves_no_patients():
    assert (
        courtesies.deferral(
            [
                {"role": "system", "content": "You are a patient tutor. Pan means bread."},
                {"role": "user", "content": "How do I say water?"},
            ]
        )
        == ""
    )
