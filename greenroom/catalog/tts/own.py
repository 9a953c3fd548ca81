"""Voices of a server of one's own, or of a vendor that is not listed."""

from greenroom.catalog.parts import DOCS, rate, speed, typed_voice
from greenroom.catalog.spec import Setting, Vendor

GENERIC_HTTP = Vendor(
    role="tts",
    id="generic_http",
    label="Your own voice server",
    help="Any server that speaks OpenAI's speech protocol: a vendor that is not listed, or one of your own.",
    docs=f"{DOCS}/tts/generic-http",
    fixed={"tts.vendor": "generic_http", "tts.params.response_format": "pcm"},
    voice="voice",
    rate="sample_rate",
    settings=(
        Setting(
            "url",
            "Address",
            "The full address of the speech service, ending in /audio/speech.",
            "line",
            "tts.url",
            required=True,
            high=2048,
        ),
        Setting(
            "api_key",
            "API key",
            "Kept on the server. Needed unless the headers below have an Authorization.",
            "secret",
            "tts.params.api_key",
            env="GENERIC_TTS_API_KEY",
        ),
        typed_voice("tts.params.voice", "As the server knows it. Empty when it has one voice only.", required=False),
        speed("tts.params.speed", 0.25, 4.0, default=None),
        Setting("model", "Model", "As the server knows it.", "line", "tts.params.model", high=200),
        Setting(
            "instructions",
            "How it speaks",
            "Mood, pace and accent in your words, if the server follows them.",
            "prose",
            "tts.params.instructions",
            high=4_000,
            more=True,
        ),
        Setting(
            "headers",
            "Headers",
            "Sent with each request; keys as ${NAME}. An Authorization here wins over the key above.",
            "map",
            "tts.headers",
            high=32,
            more=True,
        ),
        rate("tts.params.sample_rate", 16_000, (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)),
        Setting(
            "enable_request_id",
            "Number the requests",
            "Adds ids and an end mark to what the server is sent.",
            "switch",
            "tts.params.enable_request_id",
            more=True,
        ),
    ),
)
