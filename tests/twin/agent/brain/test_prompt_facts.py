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
