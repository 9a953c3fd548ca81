"""Turns what a prompt wants to know into the question for the caller. English.

"how they work today" → "How do you work today?", "their phone number" → "What is your phone number?"
"""

from __future__ import annotations

import re

from greenroom.twin.agent.brain.persons import OF_CALLER, WHO, addressed

_OF_AGENT = re.compile(r"\b(?:you|your|yourself|us|our)\b", re.IGNORECASE)
#: What isn't a subject of its own: "ask one question at a time".
_NO_SUBJECT = re.compile(
    r"\b(?:questions?|things?|items?|per (?:response|reply|turn|message)|at a time|one by one|at once|nothing|anything|"
    r"everything|information|info|details|permission|consent)\b"
    r"|^(?:to|for|if|them|again|it|this|that)\b",
    re.IGNORECASE,
)
_WH = re.compile(
    rf"^(?P<wh>(?:(?:by|since|until|for|at|in|from|with) )?(?:how|what|which|who|whom|whose|when|where|why)\b(?:(?! {WHO}\b).)*?)"
    rf" {WHO} (?P<does>.+)$",
    re.IGNORECASE,
)
_WHETHER = re.compile(rf"^(?:whether|if) (?P<who>{WHO}|it|this|that|everything|all) (?P<does>.+)$", re.IGNORECASE)
_MODAL = re.compile(r"^(?P<aux>are|were|can|could|will|would|should|must|may|might)\b ?(?P<rest>.*)$", re.IGNORECASE)
_IS = re.compile(r"^(?P<aux>is|was|can|could|will|would|should)\b ?(?P<rest>.*)$", re.IGNORECASE)
_PERFECT = re.compile(
    r"^(?P<aux>have|had) (?P<rest>(?:\w+ly |already |ever |not )?(?:\w+ed|\w+en|been|done|gone|made|tried|met|paid|found|got|"
    r"left|lost|read|had)\b.*)$",
    re.IGNORECASE,
)
_PAST_WORDS = """ate began bought brought came chose did drove fell felt forgot found gave got had heard kept knew left lost made
met paid ran said saw slept spent spoke took tried understood used went woke won wore wrote"""
_PAST = re.compile(rf"^(?:last |first |\w+ly )?(?:\w+ed|{'|'.join(_PAST_WORDS.split())})\b", re.IGNORECASE)
_SHORT_FORMS = (
    (re.compile(r"\b(they)['’]re\b", re.IGNORECASE), r"\1 are"),
    (re.compile(r"\b(they)['’]ve\b", re.IGNORECASE), r"\1 have"),
)
_NEEDLESS = re.compile(r"\b(?:valid|correct|exact) | in (?:natural|plain) language\b", re.IGNORECASE)
#: A question word that is the subject, so that its sentence is a question already: "who else decides", "which lights are on".
_ASKS_ALREADY = re.compile(
    r"^(?:(?:what|who)(?: else| exactly)? (?!the\b|their\b|an?\b|this\b|that\b|it\b|kind\b|type\b|sort\b|time\b|"
    r"day\b|date\b|name\b)\w+"
    r"|which (?:\w+ ){1,2}(?:is|are|was|were|has|have|works?|fits?|suits?)\b)",
    re.IGNORECASE,
)
_SHORT = re.compile(r"^(?:what|which|how) \w+(?: \w+)?$", re.IGNORECASE)
_IS_WH = re.compile(
    r"^(?:(?:by|since|until|for|at|in|from|with) )?(?:how|what|which|who|whom|whose|when|where|why)\b", re.IGNORECASE
)
_ARTICLE = re.compile(r"^(?P<article>their|the|an?|any|all)\b ", re.IGNORECASE)
#: Whose it is needs no saying: "the name" of who orders is the caller's.
_OWN = re.compile(
    r"^(?:(?:full|first|last|phone|mobile|email|e-mail|account|order|customer|booking) )*"
    r"(?:name|number|email|e-mail|address|date of birth|birthday|age)\b",
    re.IGNORECASE,
)
_LONGEST_CHARS = 120


def question_of(subject: str, *, about: bool = False) -> str:
    """The question; "" for what can't be asked of a caller. ``about``: the prompt says "ask about …", so a noun is a theme."""
    for short, long in _SHORT_FORMS:
        subject = short.sub(long, subject)
    subject = _NEEDLESS.sub("", OF_CALLER.sub("their", subject))
    subject = _small(subject.strip(" .;:,\"'“”"))
    if not subject or len(subject) > _LONGEST_CHARS or _OF_AGENT.search(subject):
        return ""
    if whether := _WHETHER.match(subject):
        return _capital(_yes_or_no(whether["who"], whether["does"]))
    if _NO_SUBJECT.search(subject):
        return ""
    if _IS_WH.match(subject) or subject.lower().startswith(("whether ", "if ")):
        return _capital(_open(subject))
    return _capital(_of_noun(subject, about))


def _open(clause: str) -> str:
    if found := _WH.match(clause):
        wh, does = addressed(found["wh"]), found["does"]
        if aux := _MODAL.match(does) or _PERFECT.match(does):
            return f"{wh} {aux['aux'].lower()} you {addressed(aux['rest'])}".rstrip() + "?"
        if not _PAST.match(does):
            return f"{wh} do you {_base(addressed(does))}?"
    elif _ASKS_ALREADY.match(clause) or _SHORT.match(clause):
        return f"{addressed(clause)}?"
    return f"can you tell me {addressed(clause)}?"


def _yes_or_no(who: str, does: str) -> str:
    if who.lower() in ("it", "this", "that", "everything", "all"):
        if aux := _IS.match(does):
            return f"{aux['aux']} {who} {addressed(aux['rest'])}".rstrip() + "?"
        return f"can you tell me whether {who} {addressed(does)}?"
    if aux := _MODAL.match(does) or _PERFECT.match(does):
        return f"{aux['aux']} you {addressed(aux['rest'])}".rstrip() + "?"
    if _PAST.match(does):
        return f"can you tell me whether you {addressed(does)}?"
    return f"do you {_base(addressed(does))}?"


def _of_noun(noun: str, about: bool) -> str:
    if about or re.search(rf"\b{WHO}\b", noun, re.IGNORECASE):
        return f"can you tell me {'' if _ARTICLE.match(noun) and not about else 'about '}{addressed(noun)}?"
    article = _ARTICLE.match(noun)
    if article and article["article"].lower() in ("a", "an", "any", "all"):
        return f"can you tell me {addressed(noun)}?"
    bare = noun[article.end() :] if article else noun
    shared = article and article["article"].lower() == "the" and not _OWN.match(bare)
    owned = f"the {bare}" if shared else f"your {bare}"
    head = re.split(r" (?:of|for|and|or|with|to|in|on|from) ", noun)[0]
    several = (head.endswith("s") and not head.endswith(("ss", "us", "is", "address"))) or " and " in noun
    return f"what {'are' if several else 'is'} {addressed(owned)}?"


def _base(does: str) -> str:
    """ "wants a change", of one caller, → "want a change"."""
    verb, _, rest = does.partition(" ")
    irregular = {"has": "have", "is": "be", "does": "do", "goes": "go"}
    base = irregular.get(verb.lower()) or (verb[:-1] if re.fullmatch(r"\w{3,}[^s]s", verb) else verb)
    return f"{base} {rest}".rstrip()


def _small(text: str) -> str:
    """ "Full name" of a list → "full name"; "VAT number" stays."""
    return text[:1].lower() + text[1:] if re.match(r"[A-Z][a-z]", text) else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
