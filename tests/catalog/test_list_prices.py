"""Vendors' list prices: of vendors and models that exist, each with a month and a page, and shown only where the vendor bills."""

from __future__ import annotations

import re

import pytest

from greenroom.catalog.list_prices import MODEL_PRICES, VENDOR_PRICES, list_price, price_note
from greenroom.catalog.vendors import VENDORS

pytestmark = pytest.mark.unit


def vendor(role, name):
    return next(one for one in VENDORS[role] if one.id == name)


def test_each_price_is_of_a_vendor_and_a_model_that_can_be_chosen():
    assert {(v.role, v.id) for vendors in VENDORS.values() for v in vendors} >= set(VENDOR_PRICES)
    for name, model in MODEL_PRICES:
        setting = next(s for s in vendor("llm", name).settings if s.name == "model")
        assert model in [choice.value for choice in setting.choices]


@pytest.mark.parametrize("price", [*VENDOR_PRICES.values(), *MODEL_PRICES.values()], ids=lambda price: price.source)
def test_each_price_says_when_it_was_read_and_where(price):
    assert re.fullmatch(r"about \$[\d.]+( to \$[\d.]+)? per minute of \w+, list price of [A-Z][a-z]+ 20\d\d", price.line)
    assert price.source.startswith("https://")
    assert 0 < price.low <= price.high < 1


def test_a_voice_is_priced_by_the_minute_of_speech_and_a_model_by_that_of_a_conversation():
    murf = list_price(vendor("tts", "murf"), {"tts.murf.credentials": "byok"})
    assert murf is not None
    assert murf.low == pytest.approx(0.027)
    haiku = list_price(vendor("llm", "anthropic"), {"llm.anthropic.model": "claude-haiku-4-5"})
    assert haiku is not None
    assert haiku.line == "about $0.007 per minute of conversation, list price of July 2026"
    assert list_price(vendor("llm", "anthropic"), {"llm.anthropic.model": "claude-of-mine"}) is None


def test_with_agoras_account_the_vendor_bills_nothing():
    openai = vendor("tts", "openai")
    assert list_price(openai, {"tts.openai.credentials": "managed"}) is None
    assert list_price(openai, {"tts.openai.credentials": "byok"}) is not None


def test_the_form_says_whom_to_ask_where_no_list_price_is_public():
    assert price_note(vendor("avatar", "akool"), {}) == "Akool bills you; ask [Akool](https://akool.com/openapi) for its price."
    assert price_note(vendor("avatar", "liveavatar"), {}).startswith(
        "LiveAvatar (HeyGen) bills you about \\$0.10 to \\$0.12 per minute"
    )
    assert price_note(vendor("tts", "openai"), {"tts.openai.credentials": "managed"}) == ""
    assert price_note(vendor("avatar", "none"), {}) == ""
