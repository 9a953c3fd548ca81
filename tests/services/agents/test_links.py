"""Links: what goes in comes out, what does not fit is told, and no secret travels (rows 10, 87, 94)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from greenroom.catalog import rules
from greenroom.catalog.compare import compare
from greenroom.catalog.conversation import GROUPS
from greenroom.errors import NotAllowed, NotFound
from greenroom.model.agent import AgentId
from greenroom.services.agents.links import LENGTH_MAX, Link, offer, reach, read, refusal, write
from tests.services.conftest import Harness, make_harness

pytestmark = pytest.mark.unit

AVA = AgentId("ava")
CANARY = "sk-canary-5f3a9c"
SETTINGS = {f"{g.id}.{s.name}": s for g in GROUPS for s in g.settings} | {
    f"{role}.{v.id}.{s.name}": s for role, vendors in rules.VENDORS.items() for v in vendors for s in v.settings
}
SECRETS = [key for key, setting in SETTINGS.items() if setting.kind == "secret"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


def parsed(query: str) -> dict[str, str]:
    """As the server gets it."""
    return dict(parse_qsl(query, keep_blank_values=True))


def values_of(key: str) -> st.SearchStrategy[Any]:
    setting = SETTINGS[key]
    fitting = {
        "number": st.floats(setting.low or 0, setting.high or 1e6),
        "whole": st.integers(int(setting.low or 0), int(setting.high or 1_000_000)),
        "switch": st.booleans(),
        "texts": st.lists(st.text(max_size=8), max_size=4),
        "map": st.dictionaries(st.text(min_size=1, max_size=4), st.text(max_size=8), max_size=3),
        "json": st.dictionaries(st.text(max_size=4), JSON, max_size=3),
    }.get(setting.kind, st.text(max_size=40))
    if setting.choices:
        one = st.sampled_from([c.value for c in setting.choices])
        fitting = st.lists(one, unique=True, max_size=4) if setting.kind == "many" else one
    return st.none() | fitting


CHANGES = st.lists(st.sampled_from(sorted(SETTINGS)), max_size=5, unique=True).flatmap(
    lambda keys: st.fixed_dictionaries({key: values_of(key) for key in keys})
)


@given(CHANGES, st.none() | st.integers(1, 999), st.booleans())
def test_what_a_link_carries_comes_back(changes: dict[str, Any], version: int | None, autoconnect: bool) -> None:
    """rows 11, 87"""
    changes = {key: value for key, value in changes.items() if not refusal(key, value)}
    link = read(parsed(write(Link(AVA, version, changes, autoconnect=autoconnect))))
    assert link is not None
    assert (link.agent_id, link.version, dict(link.refused), link.autoconnect) == (AVA, version, {}, autoconnect)
    assert set(link.changes) == set(changes)
    for key, value in changes.items():
        came, went = (rules.value_at(key, {key: said}) for said in (link.changes[key], value))
        assert came == went or (value is None and came == "")


def test_voice_vendor_avatar_and_prompt_go_by_link() -> None:
    """row 87"""
    changes = {"prompt.system": "Sei höflich. 🙂\n& = ?#", "tts.openai.voice": "verse", "avatar.vendor": "none", "turns.idle": 9}
    query = write(Link(AVA, 3, changes))
    assert query.startswith("agent=ava&version=3&set.prompt.system=Sei+h")
    assert read(parsed(query)) == Link(AVA, 3, changes)


def test_no_secret_setting_goes_into_a_link_or_comes_out_of_one() -> None:
    """rows 87, 94"""
    assert len(SECRETS) > 50
    for key in SECRETS:
        with pytest.raises(NotAllowed) as caught:
            write(Link(AVA, None, {key: CANARY}))
        assert CANARY not in str(caught.value), key
        link = read({"agent": AVA, f"set.{key}": CANARY})
        assert link is not None, key
        assert (dict(link.changes), list(link.refused)) == ({}, [key])
        assert CANARY not in repr(link), key


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("advanced.labels", {"api_key": CANARY}, f'{{"api_key":"{CANARY}"}}'),
        ("advanced.extra", {"deep": [{"Authorization": CANARY}]}, f'{{"deep":[{{"Authorization":"{CANARY}"}}]}}'),
        ("prompt.greeting_audio", f"https://host/a.mp3?token={CANARY}", f"https://host/a.mp3?token={CANARY}"),
        ("tools.mcp_servers", [{"headers": {"X-Api-Key": CANARY}}], f'[{{"headers":{{"X-Api-Key":"{CANARY}"}}}}]'),
    ],
)
def test_no_secret_inside_a_free_value_goes_by_link(key: str, value: Any, text: str) -> None:
    """row 94"""
    with pytest.raises(NotAllowed):
        write(Link(AVA, None, {key: value}))
    link = read({"agent": AVA, f"set.{key}": text})
    assert link is not None
    assert CANARY not in repr(link)


def test_the_name_of_a_credential_is_no_secret() -> None:
    changes = {"advanced.extra": {"headers": {"Authorization": "Bearer ${CRM_KEY}"}}}
    assert read(parsed(write(Link(AVA, None, changes)))) == Link(AVA, None, changes)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("set.no.such", "1", "isn't a setting"),
        ("set.agent.name", "Eve", "isn't a setting"),
        ("set.turns.semantic_silence", "soon", "is invalid"),
        ("set.turns.semantic_silence", "99999", "between"),
        ("set.turns.semantic_silence", "NaN", "is invalid"),
        ("set.turns.filler", '"yes"', "on or off"),
        ("set.turns.end_mode", "guess", "doesn't have the option"),
        ("set.tts.vendor", "nobody", "no vendor"),
        ("set.prompt.system", "", "is required"),
        ("set.prompt.system", "x" * 33_000, "too long"),
        ("set.advanced.extra", "[" * 5000, "is invalid"),
        ("set.advanced.extra", "1", "object"),
        ("version", "newest", "isn't a version number"),
        ("version", "²", "isn't a version number"),
    ],
)
def test_what_does_not_fit_is_told_and_not_applied(name: str, text: str, why: str) -> None:
    link = read({"agent": AVA, "set.turns.idle": "60", name: text})
    assert link is not None
    assert (dict(link.changes), link.version) == ({"turns.idle": 60}, None)
    ((key, reason),) = link.refused.items()
    assert key == name.removeprefix("set.")
    assert why in reason


def test_a_link_that_would_not_arrive_whole_is_refused_with_advice() -> None:
    with pytest.raises(NotAllowed, match="too long") as caught:
        write(Link(AVA, None, {"prompt.system": "é" * LENGTH_MAX}))
    assert "Remove the longest" in caught.value.advice


NAMES = st.sampled_from(["agent", "version", "set.", "set", "embed", *(f"set.{key}" for key in SETTINGS)])


@given(st.dictionaries(NAMES, st.text(max_size=20)))
def test_any_address_can_be_read(query: dict[str, str]) -> None:
    link = read(query)
    assert (link is None) == (not query.get("agent"))
    if link is not None:
        assume(link.changes)
        assert all(not refusal(key, value) for key, value in link.changes.items())


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return make_harness("http://127.0.0.1:9", tmp_path)


def test_an_offer_lays_the_changes_over_the_version_and_saves_nothing(harness: Harness) -> None:
    agent = harness.agents.list()[0].id
    version = harness.agents.versions.freeze(agent)
    draft = harness.agents.draft(agent)
    draft = harness.agents.save(agent, {**draft.settings, "prompt.greeting": "Later.", "turns.padding": 300}, draft.revision)
    over_version = offer(harness.agents, Link(agent, 1, {"turns.semantic_silence": 900}))
    assert over_version.settings == {**version.settings, "turns.semantic_silence": 900}
    over_draft = offer(harness.agents, Link(agent, None, {"turns.padding": None}))
    assert [d.key for d in compare(draft.settings, over_draft.settings)] == ["turns.padding"]
    assert harness.agents.draft(agent) == draft == over_version.draft


def test_an_unknown_version_is_told_and_the_draft_taken_instead(harness: Harness) -> None:
    agent = harness.agents.list()[0].id
    made = offer(harness.agents, Link(agent, 7, {"turns.semantic_silence": 900}))
    assert made.settings == {**harness.agents.draft(agent).settings, "turns.semantic_silence": 900}
    assert made.refused == {"version": "7 doesn't exist for this agent."}


def test_a_link_to_nobody_is_not_found(harness: Harness) -> None:
    with pytest.raises(NotFound):
        offer(harness.agents, Link(AgentId("nobody")))


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("http://localhost:8501/?agent=a", "computer"),
        ("http://127.0.0.1:8501/", "computer"),
        ("http://[::1]:8501/", "computer"),
        ("/?agent=a", "computer"),
        ("http://192.168.1.20:8501/", "network"),
        ("http://10.0.0.5/", "network"),
        ("http://studio.local:8501/", "network"),
        ("http://build-box:8501/", "network"),
        ("https://greenroom.example.com/?agent=a", "anyone"),
        ("http://8.8.8.8/", "anyone"),
    ],
)
def test_who_can_open_a_link_is_known_from_its_host(address: str, who: str) -> None:
    assert reach(address) == who
