"""The voice gallery: cards to preview and select voices, with a custom sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.shell import error_text, fields
from components.shell.formatting import plain
from components.studio.vendor_form import Form
from greenroom.catalog import rules
from greenroom.catalog.languages import NAMES as LANGUAGES
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.catalog.voices import stand_in
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.prompting.script import GREETING, script_of
from greenroom.prompting.variables import said
from greenroom.services import current

LONGEST_SENTENCE = 300
HELLO = "Hello, this is how I sound."
ANY = "Any"
VOICES_PER_ROW = 3
#: Cards shown before "Show all".
FIRST_VOICES = 6


def draw_voices(form: Form) -> None:
    """Draw the top of the voice tab: the vendor's voices as cards, each with a one-click preview."""
    if rules.realtime(form.values):
        st.caption("The realtime model generates its own voice. Offline, Greenroom uses one of its own voices instead.")
        return
    vendor = rules.vendor_of("tts", form.values)
    usual = said(script_of(form.values), GREETING)[:LONGEST_SENTENCE] or HELLO
    name = _sentence(form.agent)
    st.text_area(
        "Preview text",
        fields.shown(name, usual),
        key=fields.key(name),
        height=80,
        on_change=_keep_sentence,
        args=(form.agent,),
    )
    voice = _voice_setting(vendor)
    if voice is not None and voice.choices:
        _cards(form, vendor, voice)
    with st.container(horizontal=True):
        play = st.button(
            "Play preview text", icon=":material/volume_up:", key="play_voice", help="Play the text in the selected voice"
        )
        at_vendor = current().voices.has_vendor_sample(vendor.id) and st.button(
            f"Play with {vendor.label}",
            icon=":material/cloud_download:",
            key="play_vendor",
            help=f"Plays the vendor's own voice with your key. {vendor.label} may charge for it.",
        )
    if play:
        _play(form, form.values)
    if at_vendor:
        _play_at_vendor(form, vendor)
    st.caption(plain(voice_note(form.values, rules.payload(form.values, {}))))


def _keep_sentence(agent: AgentId) -> None:
    """At once: the run may be cut off by the next click, and the tab is not drawn then."""
    name = _sentence(agent)
    fields.keep(name, fields.value(fields.key(name)))


def _sentence(agent: AgentId) -> str:
    """The name of the field."""
    return f"{fields.TAB}voice_sentence/{agent}"


def voice_note(values: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
    """Describe which offline voice replaces the vendor's voice; ``properties`` is the body of ``values``."""
    if rules.realtime(values):
        return f"Offline, the twin's own recognition, model and voice replace {rules.vendor_of('mllm', values).label}"
    vendor = rules.vendor_of("tts", values)
    voice = stand_in(properties.get("tts", {}))
    setting = _voice_setting(vendor)
    chosen = rules.value_at(f"tts.{vendor.id}.{vendor.voice}", values) if setting is not None else None
    if setting is None or chosen in (None, ""):
        return f"Voice: {voice.label}"
    named = next((choice.label for choice in setting.choices if choice.value == chosen), str(chosen))
    return f"{voice.label} ({voice.style}) replaces {named} offline"


def _cards(form: Form, vendor: Vendor, voice: Setting) -> None:
    key = f"tts.{vendor.id}.{voice.name}"
    chosen = rules.value_at(key, form.values)
    shown = _filtered(vendor, voice.choices)
    shown.sort(key=lambda choice: choice.value != chosen)
    cards = st.container()
    if len(shown) > FIRST_VOICES and not st.toggle(
        f"Show all {len(shown)} voices", key=f"voices_whole/{vendor.id}", persist_state="session"
    ):
        shown = shown[:FIRST_VOICES]
    with cards:
        _grid(form, key, shown, chosen)


def _grid(form: Form, key: str, shown: list[Choice], chosen: Any) -> None:
    if not shown:
        st.caption("No voices match these filters.")
    for start in range(0, len(shown), VOICES_PER_ROW):
        for column, choice in zip(st.columns(VOICES_PER_ROW), shown[start : start + VOICES_PER_ROW], strict=False):
            with column.container(border=True, height="stretch", gap="small"):
                _card(form, key, choice, choice.value == chosen)


def _filtered(vendor: Vendor, choices: tuple[Choice, ...]) -> list[Choice]:
    """Filter by language, gender and style, if the vendor's voices differ in them."""
    languages = {choice.language: LANGUAGES.get(choice.language, choice.language) for choice in choices if choice.language}
    kinds = (
        ("Language", "language", [ANY, *sorted(languages, key=languages.__getitem__)], lambda v: str(languages.get(v, v))),
        ("Gender", "gender", [ANY, *sorted({choice.gender for choice in choices if choice.gender})], str.capitalize),
        ("Style", "note", [ANY, *sorted({choice.note for choice in choices if choice.note})], str.capitalize),
    )
    useful = [kind for kind in kinds if len(kind[2]) > 2]
    matches = list(choices)
    for column, (label, name, options, shown) in zip(st.columns(max(1, len(useful))), useful, strict=False):
        wanted = column.selectbox(label, options, format_func=shown, key=f"voices_{name}/{vendor.id}", persist_state="session")
        matches = [choice for choice in matches if wanted in (ANY, getattr(choice, name))]
    return matches


def _card(form: Form, key: str, choice: Choice, chosen: bool) -> None:
    about = [LANGUAGES.get(choice.language, choice.language), choice.gender.capitalize()]
    st.markdown(f"**{plain(choice.label)}**" + (" :material/check_circle:" if chosen else ""))
    st.caption(plain(" · ".join(part for part in (*about, choice.note) if part)) or "\u00a0")
    with st.container(horizontal=True, gap="small"):
        heard = st.button(
            "Play", icon=":material/play_arrow:", key=f"hear/{key}/{choice.value}", help=f"Play {choice.label}", type="tertiary"
        )
        st.button(
            "Selected" if chosen else "Use",
            key=f"use/{key}/{choice.value}",
            disabled=chosen,
            help=f"Use {choice.label}",
            on_click=form.change,
            args=({key: choice.value},),
        )
    if heard:
        _play(form, {**form.values, key: choice.value})


def _play(form: Form, values: Mapping[str, Any]) -> None:
    text = str(fields.value(fields.key(_sentence(form.agent))) or HELLO)
    try:
        with st.spinner("Generating the sample…"):
            audio = current().voices.sample(rules.payload(values, {}).get("tts", {}), text)
    except GreenroomError as error:
        error_text.draw(error)
        return
    st.audio(audio, format="audio/wav", autoplay=True)


def _play_at_vendor(form: Form, vendor: Vendor) -> None:
    text = str(fields.value(fields.key(_sentence(form.agent))) or HELLO)
    params = rules.payload(form.values, {}).get("tts", {}).get("params", {})
    try:
        with st.spinner(f"Requesting audio from {vendor.label}…"):
            sample = current().voices.vendor_sample(vendor.id, params, text)
    except GreenroomError as error:
        error_text.draw(error)
        return
    st.audio(sample.audio, format=sample.mime, autoplay=True)


def _voice_setting(vendor: Vendor) -> Setting | None:
    return next((setting for setting in vendor.settings if setting.name == vendor.voice), None) if vendor.voice else None
