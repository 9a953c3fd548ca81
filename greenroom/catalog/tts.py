"""Vendors of speech synthesis (Agora's ``tts`` block)."""

from greenroom.catalog.spec import Choice, Setting, Vendor

TTS: tuple[Vendor, ...] = (
    Vendor(
        role="tts",
        id="openai",
        label="OpenAI (managed by Agora)",
        help="No key needed: Agora holds the account. Offline, Greenroom's own voices stand in.",
        docs="https://docs.agora.io/en/conversational-ai/models/tts/openai",
        fixed={"tts.vendor": "openai", "tts.credential_mode": "managed", "tts.params.model": "tts-1"},
        settings=(
            Setting(
                "voice",
                "Voice",
                "Who speaks. Press play to hear the offline voice say the greeting.",
                "choice",
                "tts.params.voice",
                default="coral",
                required=True,
                choices=(
                    Choice("coral", "Coral", "warm and clear"),
                    Choice("onyx", "Onyx", "low and calm"),
                    Choice("shimmer", "Shimmer", "bright and quick"),
                ),
            ),
            Setting(
                "speed",
                "Speaking speed",
                "1 is normal speech. Slower helps listeners on the phone; faster suits short confirmations.",
                "number",
                "tts.params.speed",
                default=1.0,
                low=0.5,
                high=2.0,
                step=0.05,
                unit="×",
            ),
        ),
    ),
)
