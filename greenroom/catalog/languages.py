"""Languages that people speak with agents, by code, and the lists of them that vendors share."""

from __future__ import annotations

from collections.abc import Mapping

from greenroom.catalog.spec import Choice

#: BCP 47 tags and short codes → what people call the language.
NAMES: Mapping[str, str] = {
    "ar": "Arabic", "ar-AE": "Arabic (Emirates)", "ar-EG": "Arabic (Egypt)", "ar-JO": "Arabic (Jordan)",
    "ar-SA": "Arabic (Saudi Arabia)", "bn": "Bengali", "bn-IN": "Bengali (India)", "cmn": "Chinese (Mandarin)", "de": "German",
    "de-DE": "German", "en": "English", "en-AU": "English (Australia)", "en-GB": "English (Britain)",
    "en-IN": "English (India)", "en-US": "English (US)", "es": "Spanish", "es-ES": "Spanish (Spain)", "es-MX": "Spanish (Mexico)",
    "es-US": "Spanish (US)", "fa-IR": "Persian", "fil-PH": "Filipino", "fr": "French", "fr-CA": "French (Canada)",
    "fr-FR": "French", "gu": "Gujarati", "gu-IN": "Gujarati", "he-IL": "Hebrew", "hi": "Hindi", "hi-IN": "Hindi",
    "id": "Indonesian", "id-ID": "Indonesian", "it": "Italian", "it-IT": "Italian", "ja": "Japanese", "ja-JP": "Japanese",
    "kn": "Kannada", "kn-IN": "Kannada", "ko": "Korean", "ko-KR": "Korean", "ml": "Malayalam", "ml-IN": "Malayalam",
    "mr": "Marathi", "mr-IN": "Marathi", "ms-MY": "Malay", "multi": "Several, mixed", "nl": "Dutch", "nl-NL": "Dutch",
    "or-IN": "Odia", "pa-IN": "Punjabi", "pl": "Polish", "pl-PL": "Polish", "pt": "Portuguese", "pt-BR": "Portuguese (Brazil)",
    "pt-PT": "Portuguese (Portugal)", "ru": "Russian", "ru-RU": "Russian", "sv": "Swedish", "sv-SE": "Swedish", "ta": "Tamil",
    "ta-IN": "Tamil", "te": "Telugu", "te-IN": "Telugu", "th-TH": "Thai", "tr": "Turkish", "tr-TR": "Turkish",
    "uk": "Ukrainian", "unknown": "Whatever is spoken", "vi": "Vietnamese", "vi-VN": "Vietnamese", "zh": "Chinese",
    "zh-CN": "Chinese (Mandarin)", "zh-HK": "Chinese (Cantonese)", "zh-TW": "Chinese (Taiwan)",
}  # fmt: skip


def languages(*codes: str) -> tuple[Choice, ...]:
    """The codes as options; KeyError for one without a name."""
    return tuple(Choice(code, NAMES[code]) for code in codes)


#: What Agora's own recognition understands, English first.
AGORA = languages(
    "en-US", "en-IN", "ar-EG", "ar-JO", "ar-SA", "ar-AE", "bn-IN", "zh-CN", "zh-HK", "zh-TW", "nl-NL", "fil-PH", "fr-FR",
    "de-DE", "gu-IN", "he-IL", "hi-IN", "id-ID", "it-IT", "ja-JP", "kn-IN", "ko-KR", "ms-MY", "fa-IR", "pt-PT", "ru-RU",
    "es-ES", "ta-IN", "te-IN", "th-TH", "tr-TR", "vi-VN",
)  # fmt: skip

#: What most cloud vendors take with a region; others can be typed.
COMMON = languages(
    "en-US", "en-GB", "en-AU", "en-IN", "zh-CN", "de-DE", "es-ES", "es-US", "fr-FR", "fr-CA", "hi-IN", "it-IT", "ja-JP",
    "ko-KR", "nl-NL", "pl-PL", "pt-BR", "pt-PT", "ru-RU", "sv-SE", "tr-TR", "vi-VN",
)  # fmt: skip

#: And without one.
SHORT = languages(
    "en", "ar", "zh", "de", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "vi",
)  # fmt: skip

INDIAN = languages(
    "en-IN", "hi-IN", "bn-IN", "ta-IN", "te-IN", "kn-IN", "ml-IN", "mr-IN", "gu-IN", "pa-IN", "or-IN",
)  # fmt: skip
