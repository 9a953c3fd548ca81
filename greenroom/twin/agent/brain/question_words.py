"""Stems the words of a question and of the facts that may answer it, so that they can be compared. English, and the few
French words that hotels and restaurants mix in; of German and Spanish the words that say nothing."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[a-z']+")
#: "check-in" is one word, as "checkin" is.
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")
_SHORT_FORM = re.compile(r"(?:n't|'(?:s|re|m|ll|d|ve))$")
_ENDING = re.compile(r"(?:ing|ies|ed|es|s|e|(?<=\w{3})y)$")
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")
#: Questions for the address that don't have a word for it.
_WHERE_ARE_YOU = re.compile(
    r"\bwhere (?:exactly )?(?:are (?:you|we)\b|is (?:your|the) "
    r"(?:office|shop|store|branch|hotel|restaurant|clinic|practice|library)\b"
    r"|(?:can|do) i find you)|\b(?:get|come) (?:there|to you)\b"
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = "|".join(f"{day[:3]}(?:{day[3:]}s?)?" for day in _DAYS)
_DAY_RANGE = re.compile(rf"\b({_DAY})\.?\s*(?:to|through|thru|until|till|-|–)\s*({_DAY})\b")

_SAME = {
    "prices": "cost",
    "price": "cost",
    "pricing": "cost",
    "fee": "cost",
    "fees": "cost",
    "expensive": "cost",
    "located": "address",
    "location": "address",
    "kid": "child",
    "kids": "child",
    "children": "child",
    "amex": "american",
    "closed": "open",
    "guarantee": "warranty",
    "guaranteed": "warranty",
    "people": "person",
    "persons": "person",
    "internet": "wifi",
    "petitdejeuner": "breakfast",
    "dejeuner": "lunch",
    "piscine": "pool",
    "chambre": "room",
    "chambres": "room",
    "chien": "dog",
    "chiens": "dog",
    "ouvert": "open",
    "ouverte": "open",
    "ferme": "open",
    "fermee": "open",
    "prix": "cost",
    "gratuit": "free",
    "gratuite": "free",
}
_SAME |= dict(zip(["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"], _DAYS, strict=True))
#: What a word is one of. A fact about the kind answers for each of them: pets for dogs, the weekend for Sunday.
_KINDS = {day: "weekday" for day in _DAYS[:5]} | {day: "weekend" for day in _DAYS[5:]}
_KINDS |= {animal: "pet" for animal in ("dog", "dogs", "cat", "cats", "pets")}
_KINDS |= {"salary": "pay", "salaries": "pay"}
_COMMON_WORDS = """a about am an and any are as ask asked asks at
back be by can come comes could did do does for from get give go goes had has
have hello her hi his how i if in into is it its just like long make makes many may me more much my need no not
now of on one or our please say so some something someone anyone anything tell take taken takes than thank thanks
that the their them then there they these this those
time to us want was we were what when where which who will with would yes you your must shall should might
two three four five six seven eight nine ten
les des une est que qui quoi quel quelle quand pour dans avec vous nous
aber auch auf aus bei bitte das dass dem den der ein eine einen einem einer fur gibt haben heute ich ihr ihre ihren immer ist
kann kein keine konnen mich mir mit nach nicht noch oder sie sind soll uber und uns unser unsere viel von wann wenn wer wie
wird wir wo zum zur
como con cual cuando cuanto cuesta del donde ellos esta este hay las los muy para pero por porque puede puedo que sus tiene
tienen una usted ustedes"""
_COMMON = frozenset(_COMMON_WORDS.split())


def stems_in(text: str, *others: str) -> list[str]:
    """The text's own words without their endings, each with the kind of thing it is. ``others`` say what is one word: "check
    out" where they have "checkout"."""
    return [stem for group in stem_groups(text, *others) for stem in group]


def stem_groups(text: str, *others: str) -> list[tuple[str, ...]]:
    """The same, word by word: a word's own stem, and that of its kind if it has one."""
    words = _words(text)
    if others:
        known = {word for other in others for word in _words(other)}
        for at in range(len(words) - 1, 0, -1):
            if (joined := words[at - 1] + words[at]) in known:
                words[at - 1 : at + 1] = [joined]
    own = [word for word in words if word not in _COMMON and len(word) > 2]
    return [
        (_stem(_SAME.get(word, word)), *([_stem(_KINDS[kind])] if (kind := _SAME.get(word, word)) in _KINDS else []))
        for word in own
    ]


def _stem(word: str) -> str:
    return _DOUBLED.sub(r"\1", _ENDING.sub("", word))[:7]


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = _DAY_RANGE.sub(_days_between, _WHERE_ARE_YOU.sub(" address ", plain))
    return [_SHORT_FORM.sub("", word.strip("'")) for word in _WORD.findall(_HYPHEN.sub("", plain))]


def _days_between(found: re.Match[str]) -> str:
    """ "Tuesday to Thursday" → "tuesday wednesday thursday"."""
    first, last = (next(place for place, day in enumerate(_DAYS) if day[:3] == name[:3]) for name in found.groups())
    return " ".join(_DAYS[(first + step) % 7] for step in range((last - first) % 7 + 1))
