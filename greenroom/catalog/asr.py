"""Vendors of speech recognition (Agora's ``asr`` block)."""

from greenroom.catalog.spec import Choice, Setting, Vendor

ASR: tuple[Vendor, ...] = (
    Vendor(
        role="asr",
        id="ares",
        label="Ares (Agora)",
        help="Agora's own recognition; no key needed. Offline, Moonshine stands in and understands English only.",
        docs="https://docs.agora.io/en/conversational-ai/models/asr/ares",
        fixed={"asr.vendor": "ares"},
        settings=(
            Setting(
                "language",
                "Language",
                "What the person speaks.",
                "choice",
                "asr.language",
                default="en-US",
                required=True,
                choices=(
                    Choice("en-US", "English (US)"),
                    Choice("en-IN", "English (India)"),
                    Choice("de-DE", "German"),
                    Choice("es-ES", "Spanish"),
                    Choice("fr-FR", "French"),
                    Choice("hi-IN", "Hindi"),
                    Choice("it-IT", "Italian"),
                    Choice("ja-JP", "Japanese"),
                    Choice("ko-KR", "Korean"),
                    Choice("pt-PT", "Portuguese"),
                    Choice("vi-VN", "Vietnamese"),
                    Choice("zh-CN", "Chinese (Mandarin)"),
                ),
            ),
        ),
    ),
)
