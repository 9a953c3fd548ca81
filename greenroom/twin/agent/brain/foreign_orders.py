"""Tells instructions to the agent from facts in German, French and Spanish prompts, by the verbs that begin them."""

from __future__ import annotations

import re

_GERMAN_WORDS = """achte antworte bedanke beende beginne begrüße beantworte behandle benutze bestätige bitte biete bleib bleibe
duze empfiehl entschuldige erfinde erfrage erkläre erwähne erzähle fass fasse finde frag frage führe gib halte hilf hör
höre informiere kläre lass leite lies mach mache merke nenn nenne nimm notiere nutze prüfe rede reagiere sag schlage
schreibe sei sieze sorge sprich stell stelle trage überprüfe verabschiede verbinde vereinbare vermeide verrate versprich
verwende verweise warte weise wiederhole zeige"""
_FRENCH_WORDS = """aide attends commence confirme demande dis donne écoute évite explique invite note oriente parle pose précise
présente propose réponds répète reste salue sois transfère tutoie utilise vérifie vouvoie"""
_SPANISH_WORDS = """ayuda comienza confirma confirme despídete di diga empieza escucha evita evite explica explique habla hable
haz invita mantén menciona ofrece ofrezca pide pida pregunta pregunte preséntate recoge repite repita responde responda saluda sé
termina transfiere trata utiliza utilice verifica"""
_FRENCH = _FRENCH_WORDS.split()
_ORDERS = frozenset(
    (*_GERMAN_WORDS.split(), *_FRENCH, *(f"{verb}z" for verb in _FRENCH if verb.endswith("e")), *_SPANISH_WORDS.split())
)
#: "Sage, dass …", "Fragen Sie nach dem Namen", "Soyez bref", "Ne donnez pas …", "No des consejos", "Nunca prometas …".
_OTHER_ORDERS = re.compile(
    r"sage(?=$| (?:dass|ihnen|ihm|ihr|nur|nie|niemals|immer|einfach)\b)|\w+(?:en|ern) sie\b|"
    r"(?:soyez|dites|faites)\b|ne \w|n['’]\w|"
    r"no (?:des|digas|inventes|hagas|hables|respondas|prometas|uses|leas|reveles|menciones|repitas|"
    r"dé|diga|invente|haga|prometa)\b|"
    r"(?:jamais|nunca|niemals)\b"
)
#: Whom only the agent is called in a prompt whose callers are "Sie", "vous" or "usted".
_FAMILIAR = re.compile(r"(?:du (?:\w+st|bist)|dein\w*|tu|tú|eres|ton|tes|tus|vous êtes|usted es|sie sind|ihre aufgabe)\b")
_CLAUSE = re.compile(r"[,;:]\s*")
_CONDITION = re.compile(
    r"(?:wenn|falls|sobald|bevor|nachdem|bei|für|am (?:anfang|ende)|"
    r"si|s['’]il|quand|lorsqu\w*|dès que|avant|après|pour|"
    r"cuando|antes|después|para|al (?:principio|final))\b"
)
_ADVERBS = re.compile(
    r"(?:(?:bitte|immer|stets|dann|danach|zuerst|auch|und|dabei|anschließend|"
    r"toujours|puis|ensuite|d['’]abord|et|alors|"
    r"siempre|luego|después|primero|también|y|por favor)\s+)+"
)
_WORD = re.compile(r"[^\W\d_]+")


def is_foreign_order(sentence: str) -> bool:
    """Whether ``sentence``, in small letters, tells the agent what to do in one of these languages."""
    if _FAMILIAR.match(sentence):
        return True
    first, *others = (_ADVERBS.sub("", clause, count=1) for clause in _CLAUSE.split(sentence))
    return _is_order(first) or (_CONDITION.match(first) is not None and any(map(_is_order, others)))


def _is_order(clause: str) -> bool:
    word = _WORD.match(clause)
    return (word is not None and word[0] in _ORDERS) or _OTHER_ORDERS.match(clause) is not None
