"""HTTP requests that make a voice vendor speak one sentence: URL, headers, body, and where the audio is in the response.

Based on the vendors' documentation. In ``url``, ``headers`` and ``body`` a name in braces is replaced by the voice's
``params`` at that path ("{voice.id}"); ``{text}`` is the sentence, ``{key}`` the credential, for headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from greenroom.catalog.credentials import BEARER, Pairs

MP3, WAV = "audio/mpeg", "audio/wav"


@dataclass(frozen=True, slots=True)
class Recipe:
    """One vendor. ``audio`` is the path of the audio in a JSON answer, ``coding`` how it is written there; "" = the answer is
    the audio. A part of the body whose value is not known is left out, unless ``defaults`` has one. A ``body`` that is text is
    XML (SSML)."""

    credential: str
    url: str
    body: Mapping[str, Any] | str
    headers: Pairs = BEARER
    mime: str = MP3
    audio: str = ""
    coding: Literal["base64", "hex"] = "base64"
    defaults: Mapping[str, Any] = field(default_factory=dict)


#: By the ID of the vendor in the catalog.
SAMPLES: Mapping[str, Recipe] = {
    "openai": Recipe(
        "OPENAI_API_KEY",
        "https://api.openai.com/v1/audio/speech",
        {
            "model": "{model}",
            "voice": "{voice}",
            "input": "{text}",
            "speed": "{speed}",
            "instructions": "{instructions}",
            "response_format": "mp3",
        },
        defaults={"model": "tts-1"},
    ),
    "elevenlabs": Recipe(
        "ELEVENLABS_API_KEY",
        "https://api.elevenlabs.io/v1/text-to-speech/{voice_id}?output_format=mp3_44100_128",
        {
            "text": "{text}",
            "model_id": "{model_id}",
            "voice_settings": {
                "stability": "{stability}",
                "similarity_boost": "{similarity_boost}",
                "style": "{style}",
                "use_speaker_boost": "{use_speaker_boost}",
                "speed": "{speed}",
            },
        },
        headers=(("xi-api-key", "{key}"),),
    ),
    "deepgram": Recipe(
        "DEEPGRAM_API_KEY",
        "https://api.deepgram.com/v1/speak?model={model}",
        {"text": "{text}"},
        headers=(("Authorization", "Token {key}"),),
    ),
    "cartesia": Recipe(
        "CARTESIA_API_KEY",
        "https://api.cartesia.ai/tts/bytes",
        {
            "model_id": "{model_id}",
            "transcript": "{text}",
            "voice": {"mode": "id", "id": "{voice.id}"},
            "language": "{language}",
            "output_format": {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24_000},
        },
        headers=(("X-API-Key", "{key}"), ("Cartesia-Version", "2024-11-13")),
        mime=WAV,
    ),
    "microsoft": Recipe(
        "AZURE_SPEECH_KEY",
        "https://{region}.tts.speech.microsoft.com/cognitiveservices/v1",
        '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-US"><voice name="{voice_name}">'
        '<prosody rate="{speed}" volume="{volume}">{text}</prosody></voice></speak>',
        headers=(
            ("Ocp-Apim-Subscription-Key", "{key}"),
            ("Content-Type", "application/ssml+xml"),
            ("X-Microsoft-OutputFormat", "audio-24khz-48kbitrate-mono-mp3"),
        ),
        defaults={"speed": 1.0, "volume": 100},
    ),
    "rime": Recipe(
        "RIME_API_KEY",
        "https://users.rime.ai/v1/rime-tts",
        {"text": "{text}", "speaker": "{speaker}", "modelId": "{modelId}"},
        headers=(*BEARER, ("Accept", "audio/mpeg")),
    ),
    "murf": Recipe(
        "MURF_API_KEY",
        "https://global.api.murf.ai/v1/speech/stream",
        {
            "text": "{text}",
            "voiceId": "{voiceId}",
            "locale": "{locale}",
            "model": "{model}",
            "rate": "{rate}",
            "pitch": "{pitch}",
            "format": "MP3",
        },
        headers=(("api-key", "{key}"),),
    ),
    "sarvam": Recipe(
        "SARVAM_API_KEY",
        "https://api.sarvam.ai/text-to-speech",
        {
            "text": "{text}",
            "speaker": "{speaker}",
            "target_language_code": "{target_language_code}",
            "pace": "{pace}",
            "pitch": "{pitch}",
            "loudness": "{loudness}",
        },
        headers=(("api-subscription-key", "{key}"),),
        mime=WAV,
        audio="audios.0",
    ),
    "fishaudio": Recipe(
        "FISH_API_KEY",
        "https://api.fish.audio/v1/tts",
        {"text": "{text}", "reference_id": "{reference_id}", "format": "mp3"},
        headers=(*BEARER, ("model", "{backend}")),
    ),
    "humeai": Recipe(
        "HUME_API_KEY",
        "https://api.hume.ai/v0/tts",
        {
            "utterances": [{"text": "{text}", "voice": {"id": "{voice_id}", "provider": "{provider}"}, "speed": "{speed}"}],
            "format": {"type": "mp3"},
            "num_generations": 1,
        },
        headers=(("X-Hume-Api-Key", "{key}"),),
        audio="generations.0.audio",
    ),
    "minimax": Recipe(
        "MINIMAX_API_KEY",
        "https://api.minimax.io/v1/t2a_v2",
        {
            "model": "{model}",
            "text": "{text}",
            "stream": False,
            "language_boost": "{language_boost}",
            "voice_setting": {"voice_id": "{voice_setting.voice_id}", "speed": "{voice_setting.speed}"},
            "audio_setting": {"format": "mp3", "sample_rate": 32_000},
        },
        audio="data.audio",
        coding="hex",
    ),
    "typecast": Recipe(
        "TYPECAST_API_KEY",
        "https://api.typecast.ai/v1/text-to-speech",
        {"voice_id": "{voice_id}", "text": "{text}", "model": "{model}", "output": {"audio_format": "mp3"}},
        headers=(("X-API-KEY", "{key}"),),
    ),
}
