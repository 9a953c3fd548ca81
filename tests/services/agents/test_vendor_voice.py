"""A vendor's own voice, asked over HTTP from a server that plays the vendor: what it was asked, and what comes of its answer."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from greenroom.catalog import rules
from greenroom.catalog.samples import SAMPLES
from greenroom.config import read
from greenroom.errors import GreenroomError
from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.operations.twin_process import TwinProcess
from tests.catalog.goldens import filled_values
from tests.services.scripted_vendor import ScriptedAnswer, ScriptedVendor, serve
from tests.studio_process import free_port

pytestmark = pytest.mark.unit

CANARY = "sk-canary-4711"
AUDIO = b"ID3\x04 not really audio"
MP3 = ScriptedAnswer(body=AUDIO, kind="audio/mpeg")
TEXT = 'Hello, "Linden" & <sons>.'


@pytest.fixture
def vendor() -> Iterator[ScriptedVendor]:
    server, vendor = serve()
    yield vendor
    vendor.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def booth(vendor: ScriptedVendor) -> VoicePreview:
    keys = {recipe.credential: CANARY for recipe in SAMPLES.values()}
    return VoicePreview(TwinProcess(read({})), lambda name, url: keys.get(name, ""), vendor.address, timeout_s=1.0)


def params_of(vendor_id: str) -> dict[str, Any]:
    return rules.payload(filled_values("tts", vendor_id), {})["tts"]["params"]


def answer_of(vendor_id: str) -> ScriptedAnswer:
    recipe = SAMPLES[vendor_id]
    if not recipe.audio:
        return MP3
    coded: Any = base64.b64encode(AUDIO).decode() if recipe.coding == "base64" else AUDIO.hex()
    for part in reversed(recipe.audio.split(".")):
        coded = [coded] if part.isdigit() else {part: coded}
    return ScriptedAnswer(body=json.dumps(coded).encode())


@pytest.mark.parametrize("vendor_id", SAMPLES)
def test_every_vendor_is_asked_for_the_sentence_with_the_key_and_its_audio_comes_back(vendor_id, vendor, booth):
    """row 92"""
    vendor.answer = answer_of(vendor_id)
    sample = booth.vendor_sample(vendor_id, params_of(vendor_id), "Hello from here.")
    assert sample.audio == AUDIO
    assert sample.mime.startswith("audio/")
    (asked,) = vendor.asked
    assert asked.method == "POST"
    assert b"Hello from here." in asked.body
    assert any(CANARY in value for value in asked.headers.values())
    assert CANARY not in asked.path
    assert b"{" not in asked.body.replace(b'{"', b"").replace(b"[{", b"")  # no name is left unfilled


@pytest.mark.parametrize(
    ("vendor_id", "host", "path", "header", "voice"),
    [
        ("elevenlabs", "api.elevenlabs.io", "/v1/text-to-speech/{voice_id}?output_format=mp3_44100_128", "xi-api-key", "{key}"),
        ("deepgram", "api.deepgram.com", "/v1/speak?model={model}", "Authorization", "Token {key}"),
        ("openai", "api.openai.com", "/v1/audio/speech", "Authorization", "Bearer {key}"),
        ("microsoft", "eastus.tts.speech.microsoft.com", "/cognitiveservices/v1", "Ocp-Apim-Subscription-Key", "{key}"),
    ],
)
def test_the_request_goes_where_the_vendor_documents_it(vendor_id, host, path, header, voice, vendor, booth):
    vendor.answer, params = answer_of(vendor_id), params_of(vendor_id)
    booth.vendor_sample(vendor_id, params, TEXT)
    assert vendor.hosts == [host]
    assert vendor.asked[0].path == path.format(**params)
    assert vendor.asked[0].headers[header] == voice.format(key=CANARY)


def test_the_sentence_cannot_break_out_of_the_vendors_xml(vendor, booth):
    vendor.answer = MP3
    booth.vendor_sample("microsoft", params_of("microsoft"), TEXT)
    body = vendor.asked[0].body.decode()
    assert "Hello, &quot;Linden&quot; &amp; &lt;sons&gt;." in body
    assert 'name="en-US-' in body


def test_what_was_not_said_is_not_sent(vendor, booth):
    vendor.answer = MP3
    booth.vendor_sample("elevenlabs", {"voice_id": "a/b", "model_id": "m"}, "Hello.")
    assert vendor.asked[0].json == {"text": "Hello.", "model_id": "m"}
    assert vendor.asked[0].path.startswith("/v1/text-to-speech/a%2Fb?")


def test_without_a_key_it_says_which_one_to_set(vendor):
    """row 92: no key -> says so"""
    booth = VoicePreview(TwinProcess(read({})), lambda name, url: "", vendor.address)
    with pytest.raises(GreenroomError) as told:
        booth.vendor_sample("elevenlabs", {"voice_id": "x"}, "Hello.")
    assert told.value.advice == "Add ELEVENLABS_API_KEY in Settings."
    assert vendor.asked == []


def test_a_vendor_without_a_recipe_is_not_pretended(booth):
    assert not booth.has_vendor_sample("amazon")
    with pytest.raises(GreenroomError, match="from Amazon Polly aren"):
        booth.vendor_sample("amazon", {}, "Hello.")


@pytest.mark.parametrize(
    ("answer", "message", "advice"),
    [
        (ScriptedAnswer(401), "rejected the key", "ELEVENLABS_API_KEY in Settings"),
        (ScriptedAnswer(403), "rejected the key", "ELEVENLABS_API_KEY in Settings"),
        (ScriptedAnswer(402), "no credit", "Add credit"),
        (ScriptedAnswer(422), "rejected this voice", "another voice"),
        (ScriptedAnswer(429), "rate limiting", "Wait"),
        (ScriptedAnswer(500), "an internal error", "later"),
        (ScriptedAnswer(302), "an internal error", "later"),
        (ScriptedAnswer(200, b"<html>Sign in</html>", "text/html"), "returned no audio", "another voice"),
        (ScriptedAnswer(200, b"", "audio/mpeg"), "returned no audio", "another voice"),
        (ScriptedAnswer(hang=True), "respond in time", "network"),
    ],
)
def test_what_a_vendor_refuses_is_told_with_what_to_do(answer, message, advice, vendor, booth, caplog):
    """row 94: the key is in no message and in no log"""
    caplog.set_level(logging.DEBUG)
    vendor.answer = answer
    with pytest.raises(GreenroomError, match=message) as told:
        booth.vendor_sample("elevenlabs", {"voice_id": "x"}, "Hello.")
    assert advice in told.value.advice
    assert CANARY not in f"{told.value!r} {told.value.advice} {caplog.text}"


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"audios": []}', b'{"audios": ["%%%"]}', b'{"audios": [7]}', b"not json"])
def test_an_answer_without_audio_in_its_place_is_no_sample(body, vendor, booth):
    vendor.answer = ScriptedAnswer(body=body)
    with pytest.raises(GreenroomError, match="returned no audio"):
        booth.vendor_sample("sarvam", params_of("sarvam"), "Hello.")


def test_a_key_that_no_header_can_carry_is_told_and_not_sent(vendor):
    booth = VoicePreview(TwinProcess(read({})), lambda name, url: f"{CANARY}\r\nX: é", vendor.address)
    with pytest.raises(GreenroomError, match="invalid characters") as told:
        booth.vendor_sample("elevenlabs", {"voice_id": "x"}, "Hello.")
    assert CANARY not in repr(told.value)
    assert vendor.asked == []


def test_playing_again_does_not_cost_again(vendor, booth):
    vendor.answer = MP3
    for _ in range(3):
        booth.vendor_sample("elevenlabs", {"voice_id": "x"}, "Hello.")
    assert len(vendor.asked) == 1


def test_a_vendor_that_cannot_be_reached_is_told():
    nobody = f"http://127.0.0.1:{free_port()}/"
    booth = VoicePreview(TwinProcess(read({})), lambda name, url: CANARY, lambda url: nobody)
    with pytest.raises(GreenroomError, match="reach ElevenLabs"):
        booth.vendor_sample("elevenlabs", {"voice_id": "x"}, "Hello.")
