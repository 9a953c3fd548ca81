"""Templates: every one can be launched as it is, sounds good when it is spoken, and is filled with its own test values."""

from __future__ import annotations

import pytest

from greenroom.catalog import rules
from greenroom.catalog.templates import AVA, TEMPLATES, Template
from greenroom.prompting import estimate
from greenroom.prompting.lint import findings
from greenroom.prompting.script import script_of
from greenroom.prompting.variables import filled, names

pytestmark = pytest.mark.unit

each = pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
LANGUAGES = {"asr.ares.language": "en-US"}


def test_there_are_eight_and_a_blank_one_and_an_empty_studio_opens_with_the_receptionist():
    assert len(TEMPLATES) >= 9
    assert TEMPLATES[0] is AVA
    assert "blank" in {t.id for t in TEMPLATES}
    for of in ("id", "name", "summary", "icon"):
        assert len({getattr(t, of) for t in TEMPLATES}) == len(TEMPLATES)


@each
def test_a_template_can_be_launched_as_it_is(template: Template):
    assert rules.check(template.values) == ()


@each
def test_a_template_sounds_good_when_it_is_spoken(template: Template):
    """row 75"""
    assert findings(script_of(template.values, LANGUAGES)) == ()


@each
def test_a_template_sounds_good_with_its_values_filled_in(template: Template):
    """row 76"""
    script = script_of(template.values, LANGUAGES)
    said = {t.key: filled(t.text, script.variables) for t in script.texts}
    assert not any(names(text) for text in said.values())
    assert findings(script_of(said, LANGUAGES)) == ()


@each
def test_a_template_says_only_what_the_catalog_knows(template: Template):
    known = {field.key for field in rules.fields(template.values)}
    assert set(template.values) <= known


@each
def test_a_template_greets_briefly_and_is_read_quickly(template: Template):
    script = script_of(template.values, LANGUAGES)
    assert estimate.seconds(filled(script.text("prompt.greeting"), script.variables), language="en") < 8
    assert estimate.tokens(script.text("prompt.system")) < 500
    assert len(template.summary) <= 100


def test_nobody_is_called_about_debts():
    said = " ".join(str(t.values) for t in TEMPLATES).lower()
    assert not any(word in said for word in ("debt", "overdue", "owe ", "payment"))
