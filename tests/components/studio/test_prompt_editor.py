"""The aids below the prompt as drawn: what they count, list and find, and that their buttons change the draft."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.studio.prompt_editor import script_of_agent
from greenroom.catalog.templates import TEMPLATES
from greenroom.prompting import estimate

pytestmark = pytest.mark.unit

PAGE = Path(__file__).parent / "prompt_page.py"
Page = Callable[..., AppTest]


@pytest.fixture
def page() -> Page:
    """``page(prompt, greeting, variables)`` → as drawn; no exception may be on it."""

    def show(prompt: str = "You are Ava.", greeting: str = "Hello there.", variables: dict[str, str] | None = None) -> AppTest:
        test = AppTest.from_file(str(PAGE), default_timeout=20)
        test.session_state["saved"] = {"prompt.system": prompt, "prompt.greeting": greeting, "prompt.variables": variables or {}}
        return run(test)

    return show


def run(test: AppTest) -> AppTest:
    test.run()
    assert [e.value for e in test.exception] == []
    return test


def press(test: AppTest, key: str) -> AppTest:
    next(b for b in test.button if b.key == key).click()
    return run(test)


def saved(test: AppTest) -> dict[str, Any]:
    return test.session_state["saved"]


def shown(test: AppTest) -> str:
    return "\n".join(e.value for kind in (test.caption, test.markdown, test.text) for e in kind)


def value_of(test: AppTest, name: str):
    return next(t for t in test.text_input if (t.key or "").partition("@")[0] == f"draft/a1/prompt.variables.{name}")


def text_of(test: AppTest, key: str) -> str:
    """What the field of a long text shows."""
    drawn = [json.loads(one.proto.json) for one in test.get("bidi_component")]
    return next(data["text"] for data in drawn if data["key"] == key)


def test_the_counter_tells_characters_tokens_and_the_length_of_the_greeting(page: Page):
    """row 75"""
    assert "12 characters · about 4 tokens · greeting about 1 s of speech" in shown(page())


def test_a_prompt_that_sounds_good_is_told_so_and_nothing_is_folded_away(page: Page):
    test = page()
    assert "No speech problems found" in shown(test)
    assert [e.label for e in test.expander if "Speech check" in e.label] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_every_template_sounds_good(page: Page, template):
    values = template.values
    test = page(values["prompt.system"], values["prompt.greeting"], dict(values.get("prompt.variables", {})))
    assert "No speech problems found" in shown(test)


def test_a_variable_is_listed_with_where_it_is_used_and_takes_a_test_value(page: Page):
    """row 76"""
    test = page("You speak with {{guest}}.", "Hello {{guest}}!")
    assert value_of(test, "guest").label == "guest · System prompt, Greeting"
    assert "has no value" in shown(test)
    value_of(test, "guest").set_value("Mia")
    test = run(test)
    assert saved(test)["prompt.variables"] == {"guest": "Mia"}
    assert "Hello Mia!" in shown(test)
    assert "has no value" not in shown(test)
    value_of(test, "guest").set_value("")
    assert saved(run(test))["prompt.variables"] == {}


def test_values_typed_as_lines_under_more_are_shown_in_the_list(page: Page):
    test = page("You speak with {{guest}}.", variables={"guest": "Mia"})
    lines = next(t for t in test.text_area if t.key == "draft/a1/prompt.variables")
    lines.set_value((lines.value or "").replace("Mia", "Noor"))
    test = run(test)
    assert value_of(test, "guest").value == "Noor"


def test_a_value_that_is_used_nowhere_can_be_removed(page: Page):
    test = page(variables={"old": "x"})
    assert value_of(test, "old").label == "old · not used"
    assert saved(press(test, "forget/old"))["prompt.variables"] == {}


def test_a_fix_changes_the_draft_and_what_stands_in_the_field(page: Page):
    test = page(greeting="Hello! 🎉 Welcome.")
    test = press(test, "fix_spot/0/0")
    assert saved(test)["prompt.greeting"] == "Hello! Welcome."
    assert text_of(test, "prompt.greeting") == "Hello! Welcome."
    assert "No speech problems found" in shown(test)


def test_all_safe_fixes_at_once_leave_what_only_a_person_can_decide(page: Page):
    test = page("# Role\n- You are **Ava**.\n- Use bullet points.", "WELCOME! Open 24/7.")
    test = press(test, "fix_all")
    assert saved(test)["prompt.system"] == "Role\nYou are Ava.\nUse bullet points."
    assert saved(test)["prompt.greeting"] == "Welcome! Open 24/7."
    assert "Asks for formatting" in shown(test)
    assert [b.key for b in test.button if b.key == "fix_all"] == []


def test_what_was_typed_in_the_same_moment_is_not_lost_by_a_fix(page: Page):
    test = page(greeting="Hello! 🎉 Welcome.")
    test.session_state["saved"] = {**saved(test), "prompt.greeting": "Typed just now."}  # the field saved by itself
    test = press(test, "fix_spot/0/0")
    assert saved(test)["prompt.greeting"] == "Typed just now."


def test_an_empty_prompt_is_named_once(page: Page):
    test = page("", "Hello.")
    assert "is required" in shown(test)
    assert "role and goal" not in shown(test)


@pytest.mark.parametrize("text", ["<b>{{", ":red[x] **", "$a$ `", "😀" * 500, "- a\n" * 300, "]" * 50 + "[", "\x00"])
def test_any_text_is_quoted_as_it_is_written(page: Page, text):
    page(text, text)


def test_a_realtime_model_is_told_to_get_the_braces_as_they_are(page: Page):
    test = page("You speak with {{guest}}.", variables={"guest": "Mia"})
    assert "realtime model" not in shown(test)
    test.session_state["saved"] = {**saved(test), "mllm.vendor": "openai"}
    assert "replace variables for realtime models" in shown(run(test))


@pytest.mark.parametrize(("settings", "longer"), [({"tts.openai.speed": 0.5}, True), ({"tts.openai.speed": 2.0}, False)])
def test_the_greeting_lasts_as_long_as_the_voice_takes_at_its_speed(settings, longer):
    values = {"prompt.greeting": "Good day, this is Ava at the Linden House.", **settings}
    normal, other = (seconds_of(v) for v in ({**values, "tts.openai.speed": 1.0}, values))
    assert (other > normal) is longer


def seconds_of(values: dict[str, Any]) -> float:
    script = script_of_agent(values)
    return estimate.seconds(script.text("prompt.greeting"), script.speed)


def test_the_languages_of_ears_and_voice_are_those_of_the_chosen_vendors():
    assert script_of_agent({"asr.ares.language": "de-DE"}).languages == {"asr.ares.language": "de-DE"}
    assert set(script_of_agent({"tts.vendor": "cartesia"}).languages) == {"asr.ares.language", "tts.cartesia.language"}
