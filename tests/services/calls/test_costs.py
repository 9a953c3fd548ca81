"""What a call costs and where its words go: claimed only where it is true of every engine of that call."""

from __future__ import annotations

import pytest

from greenroom.catalog import rules
from greenroom.catalog.prices import AGORA_AUDIO_CALL
from greenroom.catalog.templates import AVA
from greenroom.services.calls import call_cost

pytestmark = pytest.mark.unit

OWN = {"llm.vendor": "compatible", "llm.compatible.url": "https://llm.example.com/v1/chat/completions"}


def where(settings, place):
    return {engine.role: engine.where for engine in call_cost({**AVA.values, **settings}, place).engines}


def test_an_offline_call_of_the_twins_own_engines_is_free_and_says_so():
    found = call_cost(AVA.values, "twin")
    assert set(where({}, "twin").values()) == {"This computer"}
    assert found.per_minute == 0
    assert "Everything in this call runs on this computer" in found.note


def test_an_offline_call_with_a_model_server_of_its_own_names_where_the_words_go():
    found = call_cost({**AVA.values, **OWN}, "twin")
    assert where(OWN, "twin")["brain"] == "llm.example.com"
    assert "llm.example.com" in found.note
    assert "Free" not in found.note
    assert "this computer" not in found.note


@pytest.mark.parametrize("address", ["http://localhost:11434/v1/chat/completions", "http://127.0.0.1:8080/v1"])
def test_a_model_server_on_this_computer_takes_no_word_away(address):
    settings = {**AVA.values, **OWN, "llm.compatible.url": address}
    assert "Everything in this call runs on this computer" in call_cost(settings, "twin").note


@pytest.mark.parametrize("vendor", ["gemini", "anthropic"])
def test_offline_a_vendor_the_twin_does_not_ask_hears_nothing(vendor):
    assert where({"llm.vendor": vendor}, "twin")["brain"] == "This computer"


def test_in_the_cloud_agoras_price_is_known_and_what_is_billed_on_top_is_named():
    found = call_cost({**AVA.values, "asr.vendor": "assemblyai", "tts.vendor": "elevenlabs"}, "cloud")
    assert found.per_minute == AGORA_AUDIO_CALL.per_minute
    assert "Voice" not in found.note
    assert "ElevenLabs" in found.note
    assert "AssemblyAI" in found.note
    costs = {engine.role: engine.cost for engine in found.engines}
    assert costs["brain"] == "Included in Agora's price"
    assert costs["ears"] == "Billed by AssemblyAI, about $0.0025 to $0.0075 per minute of audio, list price of May 2026"


def test_tools_and_faces_are_engines_too():
    servers = [{"name": "rooms", "endpoint": "https://mcp.example.com/mcp"}]
    settings = {"tools.enable": True, "tools.mcp_servers": servers, "tools.functions": [], "avatar.vendor": "anam"}
    found = where(settings, "cloud")
    assert found["tools"] == "mcp.example.com"
    assert "face" in found


def test_a_realtime_model_replaces_ears_brain_and_voice():
    assert set(where({"mllm.vendor": "openai", "tools.functions": []}, "cloud")) == {"realtime"}


@pytest.mark.parametrize("role", ["asr", "llm", "tts", "mllm", "avatar"])
@pytest.mark.parametrize("place", ["twin", "cloud"])
def test_every_vendor_has_an_answer(role, place):
    for vendor in rules.VENDORS[role]:
        found = call_cost({f"{role}.vendor": vendor.id}, place)
        assert all(engine.label and engine.where and engine.cost for engine in found.engines), vendor.id


def test_offline_only_tools_that_are_not_mocked_take_words_away():
    live = [{**mock, "mocked": False} for mock in AVA.values["tools.mocks"]]
    assert "tools" not in where({}, "twin")
    assert where({"tools.mocks": live}, "twin")["tools"] == "api.example.com"
    assert "tools" not in where({"tools.mocks": live, "tools.enable": False}, "twin")
    assert where({}, "cloud")["tools"] == "api.example.com", "Agora calls the real server, mocked or not"
