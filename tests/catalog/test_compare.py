"""Two sets of settings side by side: in the order of the Studio, in a person's words, without secrets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.catalog import rules
from greenroom.catalog.compare import NOT_SET, NOT_USED, compare
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.templates import AVA

pytestmark = pytest.mark.unit

CANARY = "sk-canary-5f3a9c"


def only(old: dict[str, Any], new: dict[str, Any]):
    (difference,) = compare({**AVA.values, **old}, {**AVA.values, **new})
    return difference


@pytest.mark.parametrize(
    ("key", "old", "new", "shown"),
    [
        ("turns.silence", 480, 900, ("480 ms", "900 ms")),
        ("turns.idle", None, 3600, (NOT_SET, "3,600 s")),
        ("turns.idle", 30, 3600, ("30 s", "3,600 s")),
        ("brain.temperature", 0.4, 1, ("0.4", "1")),
        ("turns.interruptible", True, False, ("On", "Off")),
        ("turns.filler", None, False, (NOT_SET, "Off")),
        ("turns.end_mode", "vad", "semantic", ("Voice activity", "Semantic")),
        ("tts.openai.voice", "coral", "someone new", ("Coral", "someone new")),
        ("voice.skip", [3], [3, 5], ("( )", "( ), { }")),
        ("hearing.keywords", ["Linden"], ["Linden", "Ava"], ("Linden", "Linden\nAva")),
        ("advanced.labels", {}, {"team": "hotel"}, (NOT_SET, "team = hotel")),
        ("advanced.extra", {"a": [1]}, None, ('{\n  "a": [\n    1\n  ]\n}', NOT_SET)),
        ("turns.silence", 480, "soon", ("480 ms", "soon")),
    ],
)
def test_values_are_written_as_a_person_reads_them(key: str, old: Any, new: Any, shown: tuple[str, str]) -> None:
    by_voice = {**AVA.values, "turns.end_mode": "vad"}
    difference = next(d for d in compare({**by_voice, key: old}, {**by_voice, key: new}) if d.key == key)
    assert (difference.old, difference.new) == shown
    assert difference.label == rules.label_of(key)


def test_a_prompt_is_compared_word_by_word() -> None:
    difference = only({"prompt.system": "You are kind."}, {"prompt.system": "You are very kind."})
    assert difference.runs == (("same", "You are "), ("new", "very "), ("same", "kind."))
    assert difference.place == "Prompt"


def test_each_difference_says_what_it_means_for_a_running_call() -> None:
    """rows 29, 85"""
    changes = {"prompt.system": "Other.", "turns.silence": 900}
    by_voice = {**AVA.values, "turns.end_mode": "vad"}
    effects = {d.key: d.effect for d in compare(by_voice, {**by_voice, **changes})}
    assert effects == {"prompt.system": "live", "turns.silence": "restart"}


def test_differences_stand_in_the_order_of_the_studio() -> None:
    new = {"turns.idle": 99, "brain.temperature": 1, "asr.vendor": "ares", "tts.openai.voice": "ash", "prompt.greeting": "Hi."}
    places = [d.place.partition(" › ")[0] for d in compare(AVA.values, {**AVA.values, **new})]
    labels = [g.label for g in GROUPS]
    assert places == sorted(places, key=labels.index)


OTHER_EARS = {"asr.deepgram.url": "wss://said.example", "asr.deepgram.punctuation": False}


def test_another_vendor_brings_what_was_said_of_it_and_not_its_defaults() -> None:
    old = {**AVA.values, **OTHER_EARS}
    found = {d.key: (d.old, d.new) for d in compare(old, {**old, "asr.vendor": "deepgram"})}
    assert found == {
        "asr.vendor": tuple(rules.vendor_of("asr", {"asr.vendor": v}).label for v in ("ares", "deepgram")),
        "asr.deepgram.url": (NOT_USED, "wss://said.example"),
        "asr.deepgram.punctuation": (NOT_USED, "Off"),
    }


def test_what_is_said_but_does_not_apply_is_no_difference() -> None:
    by_voice = {**AVA.values, "turns.end_mode": "vad"}
    assert compare(by_voice, {**by_voice, **OTHER_EARS, "turns.semantic_wait": 5}) == ()


@pytest.mark.parametrize(("old", "new"), [(None, ""), (None, []), ("", None), ([], {}), (1, 1.0)])
def test_nothing_said_in_two_ways_is_no_difference(old: Any, new: Any) -> None:
    for key in ("prompt.greeting_audio", "hearing.keywords", "turns.padding"):
        assert compare({key: old}, {key: new}) == ()


def test_true_is_not_one() -> None:
    assert [d.key for d in compare({"turns.silence": 1}, {"turns.silence": True})] == ["turns.silence"]


def test_what_the_catalog_does_not_know_is_compared_too() -> None:
    difference = only({}, {"later.field": {"a": 1}})
    assert (difference.label, difference.old, difference.new) == ("later.field", NOT_SET, '{\n  "a": 1\n}')


@pytest.mark.parametrize(
    "changes",
    [
        {"tts.openai.key": CANARY, "tts.openai.api_key": CANARY, "later.api_key": CANARY, "later.one": {"password": CANARY}},
        {"llm.vendor": "custom", "llm.custom.headers": {"Authorization": f"Bearer {CANARY}", "X-Api-Key": CANARY}},
        {"tools.mcp_servers": [{"endpoint": f"https://me:{CANARY}@host/?api_key={CANARY}&a=1", "headers": {"token": CANARY}}]},
        {"tools.functions": [{"name": "crm", "headers": {"token": CANARY}}], "advanced.extra": {"deep": [{"secret": [CANARY]}]}},
        {"prompt.greeting_audio": f"https://host/a.mp3?token={CANARY}"},
    ],
)
def test_secrets_are_never_shown(changes: dict[str, Any]) -> None:
    """row 94"""
    for old, new in ((AVA.values, {**AVA.values, **changes}), ({**AVA.values, **changes}, AVA.values)):
        assert CANARY not in repr(compare(old, new))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [f"{g.id}.{s.name}" for g in GROUPS for s in g.settings]
    + [f"{role}.{v.id}.{s.name}" for role, vendors in rules.VENDORS.items() for v in vendors for s in v.settings]
    + [rules.vendor_key(role) for role in rules.VENDORS]
    + ["unknown.key", "", "tts", "tts.", "nobody.vendor"]
)
VENDORS = st.fixed_dictionaries(
    {}, optional={rules.vendor_key(role): st.sampled_from([v.id for v in vendors]) for role, vendors in rules.VENDORS.items()}
)
VALUES = st.builds(lambda one, other: {**one, **other}, st.dictionaries(KEYS, JSON, max_size=8), VENDORS)


@given(VALUES, VALUES)
def test_any_values_can_be_compared(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = compare(old, new), compare(new, old)
    assert {d.key for d in there} == {d.key for d in back}
    assert len({d.key for d in there}) == len(there)


@given(VALUES)
def test_values_do_not_differ_from_themselves(values: dict[str, Any]) -> None:
    assert compare(values, dict(values)) == ()


def test_values_nested_too_deeply_are_told_and_raise_nothing() -> None:
    deep: Any = []
    for _ in range(3000):
        deep = [deep]
    assert "nested too deeply" in only({}, {"advanced.extra": {"a": deep}}).new
