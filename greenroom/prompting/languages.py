"""Detect a text's language by script, else by common words. Returns nothing if unsure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

#: Language → name in English, for messages and for "answer in …".
NAMES: Mapping[str, str] = {
    "ar": "Arabic",
    "bn": "Bengali",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fil": "Filipino",
    "fr": "French",
    "gu": "Gujarati",
    "he": "Hebrew",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "kn": "Kannada",
    "ko": "Korean",
    "ms": "Malay",
    "nl": "Dutch",
    "pt": "Portuguese",
    "ru": "Russian",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "cs": "Czech",
    "da": "Danish",
    "fi": "Finnish",
    "hu": "Hungarian",
    "nb": "Norwegian",
    "pl": "Polish",
    "ro": "Romanian",
    "sv": "Swedish",
}

#: Scripts that belong to one language of the catalog (Arabic script, Devanagari and Cyrillic: to the likeliest).
_SCRIPTS = (
    ("hi", "\u0900", "\u097f"),
    ("bn", "\u0980", "\u09ff"),
    ("gu", "\u0a80", "\u0aff"),
    ("ta", "\u0b80", "\u0bff"),
    ("te", "\u0c00", "\u0c7f"),
    ("kn", "\u0c80", "\u0cff"),
    ("th", "\u0e00", "\u0e7f"),
    ("he", "\u0590", "\u05ff"),
    ("ar", "\u0600", "\u06ff"),
    ("ru", "\u0400", "\u04ff"),
    ("ko", "\uac00", "\ud7a3"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
)
_PERSIAN = frozenset("پچژگ")

#: Small words that every text of some length holds. A word that several languages share counts for each of them.
_SMALL_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and you are is of to in for with what your this that have not can if or how we be they it when do about from",
        "de": "der die das und ist du sie nicht ein eine für mit auf ich wir was wie kann haben sind zu den dem im von oder wenn",
        "es": "el la los las de que y es en un una por con para como está usted no su del se al qué puedo hola o cuando si más",
        "fr": "le la les de des et est un une vous je nous que pour dans en avec ce qui ne pas sur comment votre au du ou quand",
        "it": "il lo la gli le di che e è un una per con come non sono del della si posso ciao buongiorno o quando se più nel",
        "pt": "o a os as de que e é um uma por com para como não você do da em no na se posso olá ou quando mais seu sua",
        "nl": "de het een en is van ik je u niet dat in op te met voor zijn wat hoe kan we of als bij naar dit uw",
        "vi": "là và của có không tôi bạn cho với được một những các này khi hay thể xin chào gì",
        "id": "yang dan di ini itu dengan untuk tidak saya anda ada apa bisa dari ke akan atau kami jika adalah",
        "ms": "yang dan di ini itu dengan untuk tidak saya anda ada apa boleh dari ke akan atau kami jika ialah adalah awak",
        "tr": "ve bir bu için ile ne mi mı de da ben siz nasıl var değil çok olarak daha sen biz ya veya merhaba",
        "sv": "och att det som en är av för på inte jag du med den kan vi har om till var hur hej ett din ditt",
        "da": "og at det som en er af for på ikke jeg du med den kan vi har om til hvad hvordan hej et din dit",
        "nb": "og at det som en er av for på ikke jeg du med den kan vi har om til hva hvordan hei et din ditt",
        "pl": "i w na nie się z do to że jest o jak czy ale po od dla pan pani mogę jestem co dzień dobry",
        "cs": "a v na se ne je že s z do to o jak ale pro jsem co můžu dobrý den vám jste být které",
        "ro": "și în de la nu cu o un este pe ce să din că pentru sunt mai vă pot bună ziua cum dumneavoastră",
        "fi": "ja on ei se että hän olen voin mitä kuin mutta tai kun miten hei sinä minä ovat sen tämä",
        "hu": "a az és egy hogy nem is van de vagyok mit ha vagy miben segíthetek jó napot ez azt",
        "fil": "ang ng mga sa na ay at ko mo ako ka ito para hindi po ano kung kayo namin siya",
    }.items()
}
#: So alike that small words cannot tell them apart.
_ALIKE = (
    frozenset({"id", "ms"}),
    frozenset({"nb", "da"}),
    frozenset({"nb", "sv"}),
    frozenset({"da", "sv"}),
    frozenset({"ar", "fa"}),
)

_LOOKED_AT = 4000
_WORD = re.compile(r"[^\W\d_]+")
_MIN_HITS, _MIN_SHARE, _MIN_LEAD = 3, 0.18, 1.5


def language_of(text: str) -> str:
    """The language (ISO 639) of the first 4,000 characters; "" when there is doubt: too short, mixed, or unknown."""
    letters = [c for c in text[:_LOOKED_AT] if c.isalpha()]
    by_script = Counter(script for c in letters if c > "\u036f" and (script := _script_of(c)))
    if by_script and sum(by_script.values()) > len(letters) / 2:
        return _by_script(by_script, letters)
    return _by_small_words([w[0].lower() for w in _WORD.finditer(text[:_LOOKED_AT])])


def _script_of(letter: str) -> str:
    return next((language for language, low, high in _SCRIPTS if low <= letter <= high), "")


def _by_script(counts: Counter[str], letters: list[str]) -> str:
    if sum(counts.values()) < 4:
        return ""
    if counts["ja"]:
        return "ja"  # kana among Chinese characters
    language = counts.most_common(1)[0][0]
    return "fa" if language == "ar" and _PERSIAN & set(letters) else language


def _by_small_words(words: list[str]) -> str:
    hits = {language: sum(w in small for w in words) for language, small in _SMALL_WORDS.items()}
    (best, most), (second, next_most) = sorted(hits.items(), key=lambda item: -item[1])[:2]
    sure = most >= _MIN_HITS and most >= _MIN_SHARE * len(words)
    if not sure or (most < _MIN_LEAD * next_most and not alike(best, second)):
        return ""
    return best


def alike(one: str, other: str) -> bool:
    """Whether two languages count as the same: equal, or indistinguishable by their common words."""
    return one == other or any(one in pair and other in pair for pair in _ALIKE)


def base(tag: str) -> str:
    """The language of a BCP 47 tag, "" if unsupported ("multi", "auto")."""
    code = tag.strip().replace("_", "-").partition("-")[0].lower()
    code = _ALIASES.get(code, code)
    return code if code in NAMES else ""


#: Other codes for the same.
_ALIASES = {"no": "nb", "nn": "nb", "tl": "fil", "iw": "he", "cmn": "zh", "yue": "zh"}


_ANY_NAME = "|".join(NAMES.values())
_ASKED = re.compile(
    rf"\b(?:answer|reply|respond|speak|talk|converse|communicate)\b[^.!?\n]{{0,40}}?\b({_ANY_NAME})\b"
    r"|\b(?:antworte|antworten|sprich|sprechen|rede)\b[^.!?\n]{0,40}?\b(Deutsch|Englisch|Spanisch|Französisch|Italienisch)\b",
    re.I,
)
_BY_NAME = {name.lower(): language for language, name in NAMES.items()} | {
    "deutsch": "de",
    "englisch": "en",
    "spanisch": "es",
    "französisch": "fr",
    "italienisch": "it",
}


def asked(text: str) -> list[tuple[int, int, str]]:
    """The places where a prompt requests a language: start, end, language."""
    return [(m.start(), m.end(), _BY_NAME[(m[1] or m[2]).lower()]) for m in _ASKED.finditer(text)]
