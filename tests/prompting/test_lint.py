"""The linter: what it finds, what it leaves alone, that its fixes are safe, and that no text is too odd or too long for it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog.templates import AVA
from greenroom.prompting.finding import Finding, applied
from greenroom.prompting.lint import TITLES, findings, fixed
from greenroom.prompting.script import Script, Text, script_of

pytestmark = pytest.mark.unit

ENGLISH = {"asr.ares.language": "en-US"}
CLEAN = "You are Ava. You speak with guests on the phone. Answer in one or two short sentences."
PIECES = st.sampled_from(
    [
        "word",
        "NEVER",
        " ",
        "\n",
        "# ",
        "- ",
        "**",
        "*",
        "__",
        "`",
        "```",
        "1. ",
        "|",
        "😀",
        "🇩🇪",
        "https://a.com/b",
        "a@b.com",
        "linden.com",
        "%",
        "20%",
        "°C",
        "&",
        "/",
        "→",
        "{{",
        "}}",
        "{{a}}",
        "{{ a }}",
        "+49 30 1234567",
        "2026-05-12",
        "04/05/26",
        "[x](y)",
        "answer in German",
        "in detail",
        "one sentence",
        "use bullet points",
        ".",
        '"',
        "“",
        "”",
        "ä",
        "好",
        "\u200d",
        "\t",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join)


def found(prompt: str = CLEAN, greeting: str = "Hello there.", **values) -> list[Finding]:
    return list(findings(script_of({"prompt.system": prompt, "prompt.greeting": greeting, **values}, ENGLISH)))


def codes(*arguments, **values) -> set[str]:
    return {f.code for f in found(*arguments, **values)}


def fixed_greeting(greeting: str) -> str:
    text = Text("prompt.greeting", "greeting", greeting)
    return fixed(text, Script((text,), languages=ENGLISH))


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("# Role\nYou are Ava.", "heading"),
        ("You know:\n- rooms\n- breakfast", "bullets"),
        ("You are **Ava**.", "emphasis"),
        ("Steps:\n1. Ask.\n2. Answer.", "numbered_list"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "table"),
        ("```\nYou are Ava.\n```", "code_fence"),
        ("See [the menu](http://menu.example).", "link"),
        ("Be nice 🙂.", "emoji"),
        ("Our site is www.linden.example.", "address"),
        ("Write to info@linden.com.", "address"),
        ('Say: "' + "and then one more word " * 7 + '".', "long_sentence"),
        ("NEVER lie.", "capitals"),
        ("Rooms are 20% off.", "symbol"),
        ("The number is 030 1234567.", "long_number"),
        ("We open on 04/05/2026.", "date"),
        ("Hello {{guest}}.", "no_value"),
        ("Hello {{guest}.", "braces"),
        ("Answer in German.", "language_asked"),
        ("Du bist Ava und sprichst mit den Gästen, die nicht wissen, wie sie zu uns kommen.", "language"),
        ("Explain everything in detail. Answer in one sentence.", "contradiction"),
        ("Use bullet points.", "formatting"),
        ("You are a text chatbot.", "screen"),
        ("", "no_prompt"),
        ("word " * 2100, "long_prompt"),
    ],
)
def test_a_prompt_that_will_not_sound_good_is_named_with_its_reason(prompt, code):
    """row 75"""
    named = [f for f in found(prompt) if f.code == code]
    assert named
    assert all(f.why.endswith(".") and TITLES[f.code] for f in named)


@pytest.mark.parametrize(
    ("greeting", "code"),
    [
        ("", "no_greeting"),
        ("Welcome to the house. " * 20, "long_greeting"),
        ("Hello and " + "very " * 26 + "welcome.", "long_sentence"),
        ("Guten Tag, wie kann ich Ihnen mit der Buchung und den Zimmern helfen?", "language"),
        ("Open 24/7.", "symbol"),
        ("Call ENQUIRIES now.", "capitals"),
    ],
)
def test_a_greeting_that_will_not_sound_good_is_named(greeting, code):
    assert code in codes(greeting=greeting)


@pytest.mark.parametrize(
    "prompt",
    [
        AVA.values["prompt.system"],
        "Never use bullet points, emoji or Markdown. Do not answer in detail; one sentence is enough.",
        "You are not a chatbot. Ask for the date/time and the e-mail or phone. AT&T is a client. It costs 2 * 3 euros.",
        "A table for two can be booked. Rooms cost 1 200 euros, or 1.200,50 with tax, from 2024-2026. It is -3 to 5.",
        "The code is snake_case_name and USA, NASA, PIN, FAQ are fine.",
        "Speak English.",
    ],
)
def test_a_prompt_that_sounds_good_is_left_alone(prompt):
    assert found(prompt) == []


def test_a_language_in_doubt_is_not_named():
    assert codes(greeting="Hola!") == codes(greeting="Ciao Mia, Maria, Anna!") == set()


def test_ears_set_to_every_language_contradict_none():
    script = script_of({"prompt.system": "Answer in German.", "prompt.greeting": "Hi."}, {"asr.x.language": "multi"})
    assert findings(script) == ()


def test_a_value_without_use_is_named():
    """row 76"""
    assert codes(**{"prompt.variables": {"guest": "Mia"}}) == {"unused_value"}
    assert codes(greeting="Hello {{guest}}!", **{"prompt.variables": {"guest": "Mia"}}) == set()


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("**Hello** and `welcome`!", "Hello and welcome!"),
        ("Hello! 🎉 Welcome 🙂.", "Hello! Welcome."),
        ("Write to info@linden-house.com.", "Write to info at linden dash house dot com."),
        ("See https://www.linden.com/, please.", "See linden dot com, please."),
        ("Rooms & breakfast, 20% off, 20°C.", "Rooms and breakfast, 20 percent off, 20 degrees Celsius."),
        ("Zimmer & Bad sind für die Kinder 20% billiger.", "Zimmer und Bad sind für die Kinder 20 Prozent billiger."),
        ("WELCOME. We are NOT closed.", "Welcome. We are not closed."),
        ("Call +49 30 1234567.", "Call plus 4 9, 3 0, 1 2 3 4 5 6 7."),
        ("We open on 2026-05-12.", "We open on 12 May 2026."),
        ("Hello {{ guest }}!", "Hello {{guest}}!"),
        ("See [our menu](http://a.example).", "See our menu."),
        ("We open on 04/05/2026, https://a.example/b?c=d.", "We open on 04/05/2026, https://a.example/b?c=d."),
    ],
)
def test_a_safe_fix_says_the_same_in_words(written, spoken):
    assert fixed_greeting(written) == spoken


@given(TEXTS, TEXTS, st.dictionaries(st.sampled_from(["a", "b"]), TEXTS))
def test_no_text_makes_the_linter_raise_and_every_spot_lies_in_its_text(prompt, greeting, variables):
    script = script_of({"prompt.system": prompt, "prompt.greeting": greeting, "prompt.variables": variables}, ENGLISH)
    for finding in findings(script):
        assert 0 <= finding.start <= finding.end <= len(script.text(finding.key))
        assert finding.code in TITLES
        assert finding.why


@given(TEXTS, st.sampled_from(["instructions", "greeting"]))
def test_fixing_everything_leaves_nothing_to_fix(written, purpose):
    text = Text("prompt.greeting", purpose, written)
    once = fixed(text, Script((text,)))
    again = Text(text.key, purpose, once)
    assert fixed(again, Script((again,))) == once
    assert [f for f in findings(Script((again,))) if f.fix is not None and f.key == text.key] == []


@given(TEXTS)
def test_a_fix_removes_the_finding_it_belongs_to(written):
    text = Text("prompt.greeting", "greeting", written)
    for finding in findings(Script((text,))):
        if finding.fix is not None and finding.key == text.key:
            after = applied(written, [finding])
            assert after != written
            left = findings(Script((Text(text.key, "greeting", after),)))
            assert (finding.code, finding.start, written[finding.start : finding.end]) not in [
                (f.code, f.start, after[f.start : f.end]) for f in left
            ]


NASTY = [
    *["a", " ", "\n", "*", "*a", "_", "__a", "`", "#", "# ", "- ", "[", "[a](", "|", "{{", "{{a", "}}", "1 ", "1-", "+1", "1. "],
    *["https://", "a.", "a@", "A", "A'", "😀", "\u200d", '"', "“a", "use ", "in detail ", "answer in ", "not ", "%", "好", "=\n"],
]


@pytest.mark.parametrize("piece", NASTY)
def test_a_text_eight_times_as_long_takes_about_eight_times_as_long(piece):
    """Squared time would be 64 times; 48 kB of each."""
    short, long = (_seconds(piece * (size // len(piece))) for size in (6_000, 48_000))
    assert long < 30 * short + 0.2


def _seconds(text: str) -> float:
    def once() -> float:
        started = time.process_time()
        findings(script_of({"prompt.system": text, "prompt.greeting": text}))
        return time.process_time() - started

    return min(once(), once())


def test_a_model_that_reasons_need_not_be_asked_to():
    """row 75"""
    values = {"prompt.system": "You are Ava. Think step by step before you answer. Never think step by step aloud."}
    assert [f for f in findings(script_of(values, ENGLISH)) if f.code == "thinking"] == []
    named = [f for f in findings(script_of(values, ENGLISH, reasons=True)) if f.code == "thinking"]
    assert [values["prompt.system"][f.start : f.end] for f in named] == ["Think step by step"]
