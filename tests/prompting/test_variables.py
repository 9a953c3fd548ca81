"""Variables in texts: found where Agora would replace them, filled once, and named when their braces are wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.prompting.script import script_of
from greenroom.prompting.variables import filled, malformed, names, variables

pytestmark = pytest.mark.unit

BRACES = st.text(alphabet="{} ab_1-\n", max_size=60)


def test_each_variable_is_listed_once_with_where_it_is_used_and_its_value():
    """row 76"""
    script = script_of(
        {
            "prompt.system": "Speak with {{guest}} about {{topic}}. {{guest}} is in a hurry.",
            "prompt.greeting": "Hello {{guest}}!",
            "prompt.variables": {"guest": "Mia", "unused": "x"},
        }
    )
    assert [(v.name, v.used_in, v.value) for v in variables(script)] == [
        ("guest", ("prompt.system", "prompt.greeting"), "Mia"),
        ("topic", ("prompt.system",), None),
        ("unused", (), "x"),
    ]


def test_a_tool_uses_variables_by_its_own_spelling_and_its_arguments_are_none_of_ours():
    tools = [{"server": {"url": "https://x/{{args.id}}", "body": "{{template_variables.token}} {{tool_call_id}}"}}]
    assert [v.name for v in variables(script_of({"tools.functions": tools}))] == ["token"]


def test_a_variable_without_a_value_stays_as_it_is_written():
    assert filled("{{a}} and {{b}}", {"a": "one", "b": ""}) == "one and {{b}}"


def test_a_value_that_looks_like_a_variable_is_not_filled_again():
    assert filled("{{a}}", {"a": "{{b}}", "b": "no"}) == "{{b}}"


@pytest.mark.parametrize("text", ["{{ name }}", "{{name}", "{{}}", "{{two words}}", "{{{name}}}", "name}}", "{{1st}}"])
def test_braces_that_agora_would_leave_in_the_text_are_named(text):
    assert [m.why for m in malformed(f"Hello {text}, good day")]
    assert [m for m in malformed("Hello {{name}}, {good} day")] == []


def test_blanks_in_braces_are_the_one_mistake_with_an_obvious_cure():
    (fault,) = malformed("Hello {{ name }}!")
    assert (fault.start, fault.end, fault.fix) == (6, 16, "{{name}}")


@given(BRACES)
def test_what_is_a_variable_is_never_malformed_and_faults_lie_inside_the_text(text):
    assert list(malformed("".join(f"{{{{{n}}}}}" for n in names(text)))) == []
    for fault in malformed(text):
        assert 0 <= fault.start < fault.end <= len(text)


@given(BRACES, st.dictionaries(st.sampled_from(["a", "b", "ab"]), BRACES))
def test_filling_replaces_all_variables_that_have_a_value_and_nothing_else(text, values):
    expected = text
    for name in names(text):
        if values.get(name):
            expected = expected.replace(f"{{{{{name}}}}}", f"\x00{name}\x00")
    for name in names(text):
        if values.get(name):
            expected = expected.replace(f"\x00{name}\x00", values[name])
    assert filled(text, values) == expected


@given(st.dictionaries(st.text(max_size=12), st.none() | st.integers() | st.text() | st.lists(st.text())))
def test_a_script_is_made_of_any_values(values):
    script = script_of({**values, "prompt.system": values, "prompt.variables": values, "tools.x": values})
    assert script.text("prompt.system") == ""
    variables(script)
