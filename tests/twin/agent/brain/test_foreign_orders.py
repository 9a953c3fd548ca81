"""Instructions in German, French and Spanish are not read out; facts in these languages are."""

from __future__ import annotations

import pytest

from greenroom.twin.agent.brain import facts
from greenroom.twin.agent.brain.prompt_facts import facts_in

pytestmark = pytest.mark.twin


@pytest.mark.parametrize(
    "sentence",
    [
        "Frage immer nach Name und Geburtsdatum.",
        "Gib niemals medizinische Ratschläge.",
        "Wenn jemand starke Schmerzen hat, sage, dass er sofort kommen soll.",
        "Bitte sprich langsam.",
        "Du sollst kurz antworten.",
        "Fragen Sie nach dem Namen.",
        "Demande toujours le nom.",
        "Ne donnez jamais de conseils.",
        "Si le client est fâché, propose un rappel.",
        "Tu es Léa, la réception.",
        "Pregunta siempre por el nombre.",
        "No des consejos médicos.",
        "Si alguien quiere cancelar, confirma la cita.",
        "Nunca prometas un reembolso.",
    ],
)
def test_an_order_is_not_read_out(sentence):
    assert facts_in(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Praxis hat montags bis freitags von acht bis zwölf Uhr geöffnet.",
        "Wenn es regnet, findet die Führung im Haus statt.",
        "Du lundi au vendredi, nous sommes ouverts.",
        "Chez nous, le parking est gratuit.",
        "Si vous venez en train, la gare est à cinq minutes.",
        "Si llueve, la visita es mañana.",
        "El desayuno cuesta diez euros.",
        "USA shipping takes nine days.",
        "Sea view rooms cost 120 euros.",
        "Nearby parking is free.",
        "Sage tea costs three euros.",
    ],
)
def test_a_fact_is_read_out(sentence):
    assert [fact.text for fact in facts_in(sentence)] == [sentence]


def test_little_words_do_not_make_an_answer():
    prompt = "Du bist die Rezeption. Rezepte kann man telefonisch bestellen."
    asked = [{"role": "system", "content": prompt}, {"role": "user", "content": "Kann ich am Samstag kommen?"}]
    assert facts.reply(asked) == ""
