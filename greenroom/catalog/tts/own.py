"""Voices of a custom speech server, or of a vendor that isn't listed."""

from greenroom.catalog.parts import DOCS, rate, speed, typed_voice
from greenroom.catalog.spec import Setting, Vendor

GENERIC_HTTP = Vendor(
    role="tts",
    id="generic_http",
    label="Custom speech server",
    help="Any server with OpenAI's speech API: a vendor that isn't listed, or your own.",
    docs=f"{DOCS}/tts/generic-http",
    fixed={"tts.vendor": "generic_http", "tts.params.response_format": "pcm"},
    voice="voice",
    rate="sample_rate",
    settings=(
        Setting(
            "url",
            "URL",
            "The full speech URL, ending in /audio/speech.",
            "line",
            "tts.url",
            required=True,
            high=2048,
        ),
        Setting(
            "api_key",
            "API key",
            "Stored on the server. Required unless the headers below include Authorization.",
            "secret",
            "tts.params.api_key",
            env="GENERIC_TTS_API_KEY",
        ),
        typed_voice("tts.params.voice", "The voice's name on the server. Leave empty if it has a single voice.", required=False),
        speed("tts.params.speed", 0.25, 4.0, default=None),
        Setting("model", "Model", "The model's name on the server.", "line", "tts.params.model", high=200),
        Setting(
            "instructions",
            "Style instructions",
            "Describe tone, pace and accent, if the server supports it.",
            "prose",
            "tts.params.instructions",
            high=4_000,
            more=True,
        ),
        Setting(
            "headers",
            "Headers",
            "Sent with each request. Write keys as ${NAME}. Authorization here overrides the key above.",
            "map",
            "tts.headers",
            high=32,
            more=True,
        ),
        rate("tts.params.sample_rate", 16_000, (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)),
        Setting(
            "enable_request_id",
            "Add request ids",
            "Adds ids and an end marker to each request.",
            "switch",
            "tts.params.enable_request_id",
            more=True,
        ),
    ),
)
