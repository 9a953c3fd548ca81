"""A new vendor is one entry of the catalog: then it is in the form, in the payload, and refused by the twin when wrong."""

from __future__ import annotations

import pytest

from greenroom.agora.body import CallParticipants, join_body
from greenroom.catalog import rules
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.twin.rest.reasons import InvalidFieldValue, MissingRequiredField
from greenroom.twin.rest.rules import check_join
from tests.pages.conftest import harness as harness
from tests.pages.conftest import open_page as open_page
from tests.pages.form_fields import field

pytestmark = pytest.mark.unit

ECHO = Vendor(
    role="tts",
    id="echovoice",
    label="Echo Voice",
    help="A vendor that came out this morning.",
    docs="https://echo.example/docs",
    fixed={"tts.vendor": "echovoice"},
    voice="voice",
    rate="rate",
    settings=(
        Setting("api_key", "API key", "From their console.", "secret", "tts.params.key", env="ECHO_API_KEY", required=True),
        Setting(
            "voice",
            "Voice",
            "Who speaks.",
            "choice",
            "tts.params.voice",
            default="anna",
            required=True,
            choices=(Choice("anna", "Anna", language="de-DE", gender="female"), Choice("ben", "Ben"), Choice("cy", "Cy")),
        ),
        Setting("warmth", "Warmth", "How warm.", "number", "tts.params.style.warmth", default=0.5, low=0, high=1, step=0.1),
        Setting("rate", "Rate", "", "whole", "tts.params.sample_rate", default=16_000, low=8_000, high=48_000, unit="Hz"),
    ),
)
ROOM = CallParticipants(channel="greenroom-abc", agent_uid=100, agent_token="007", user_uid=1002)
DRAFT = {"prompt.system": "You are terse.", "tts.vendor": "echovoice"}


@pytest.fixture(autouse=True)
def _listed(monkeypatch):
    monkeypatch.setitem(rules.VENDORS, "tts", (*rules.VENDORS["tts"], ECHO))  # pyright: ignore[reportArgumentType]


def test_it_is_in_the_form_and_what_is_set_there_is_saved(harness, open_page):
    agent = harness.agents.list()[0]
    draft = harness.agents.draft(agent.id)
    harness.agents.save(agent.id, {**draft.settings, **DRAFT}, draft.revision)
    test = open_page()
    warmth = field(test, agent.id, "tts.echovoice.warmth")
    assert warmth.label == "Warmth"
    assert any("ECHO_API_KEY" in m.value for m in test.markdown)
    warmth.set_value(0.8).run()
    assert harness.agents.draft(agent.id).settings["tts.echovoice.warmth"] == 0.8


def test_it_is_in_the_payload_with_its_key_from_the_server_only():
    body = rules.payload(DRAFT, {"ECHO_API_KEY": "planted"})
    assert body["tts"] == {
        "vendor": "echovoice",
        "params": {"key": "planted", "voice": "anna", "style": {"warmth": 0.5}, "sample_rate": 16_000},
    }
    assert [p.setting for p in rules.check(DRAFT, credentials=())] == ["tts.echovoice.api_key"]
    assert rules.check(DRAFT, credentials=("ECHO_API_KEY",)) == ()
    assert rules.speech_rate(ECHO, DRAFT) == 16_000


@pytest.mark.parametrize(
    ("wrong", "reason", "path"),
    [
        ({"voice": "nobody"}, InvalidFieldValue, "tts.params.voice"),
        ({"voice": None}, MissingRequiredField, "tts.params.voice"),
        ({"style": {"warmth": 7}}, InvalidFieldValue, "tts.params.style.warmth"),
        ({"style": "warm"}, InvalidFieldValue, "tts.params.style"),
        ({"sample_rate": "16000"}, InvalidFieldValue, "tts.params.sample_rate"),
    ],
)
def test_it_is_refused_by_the_twin_when_wrong(wrong, reason, path):
    body = join_body("ava", DRAFT, ROOM, {})
    check_join(body)
    body["properties"]["tts"]["params"] |= wrong
    with pytest.raises(reason, match=f"properties.{path}"):
        check_join(body)


def test_a_vendor_that_is_not_in_the_catalog_is_refused_with_those_that_are():
    body = join_body("ava", DRAFT, ROOM, {})
    body["properties"]["tts"]["vendor"] = "nobody"
    with pytest.raises(InvalidFieldValue, match="echovoice"):
        check_join(body)
