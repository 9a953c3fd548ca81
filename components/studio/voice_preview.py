"""Hearing a voice before choosing it: one's own sentence, and a list of a vendor's voices to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.shell import state
from components.shell.formatting import plain
from components.studio.vendor_form import Form
from greenroom.catalog import rules
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.catalog.voices import stand_in
from greenroom.errors import GreenroomError
from greenroom.prompting.script import GREETING, script_of
from greenroom.prompting.variables import said
from greenroom.services import current

#: So few are seen at once in the form itself.
FEW_VOICES = 3
SENTENCE = "voice.sentence"
LONGEST_SENTENCE = 300
HELLO = "Hello, this is how I sound."
EVERYTHING = "All"


def draw_voice_booth(form: Form) -> None:
    """Below the settings of the voice."""
    if rules.realtime(form.values):
        st.caption("The realtime model speaks by itself. Offline, one of Greenroom's own voices stands in for it.")
        return
    vendor = rules.vendor_of("tts", form.values)
    greeting = said(script_of(form.values), GREETING)
    state.fill_field(form.agent, SENTENCE, greeting[:LONGEST_SENTENCE] or HELLO)
    st.text_area("Sentence to hear", key=state.field_key(form.agent, SENTENCE), height=80, max_chars=LONGEST_SENTENCE)
    voice = _voice_setting(vendor)
    with st.container(horizontal=True):
        play = st.button("Play", icon=":material/volume_up:", key="play_voice", help="Hear the sentence in this voice.")
        own = current().voices.has_vendor_sample(vendor.id) and st.button(
            f"Play at {vendor.label}",
            icon=":material/cloud_download:",
            key="play_vendor",
            help="In the vendor's own voice, with your key; the vendor may bill it.",
        )
        if voice is not None and len(voice.choices) > FEW_VOICES:
            st.button(
                f"Browse {len(voice.choices)} voices",
                icon=":material/list:",
                key="browse_voices",
                on_click=_browse,
                args=(form, vendor, voice),
            )
    if play:
        _play(form, form.values)
    if own:
        _play_at_vendor(form, vendor)
    st.caption(plain(voice_note(form.values)))


def voice_note(values: Mapping[str, Any]) -> str:
    """Which offline voice speaks for which of the vendor's."""
    if rules.realtime(values):
        return f"Offline, ears, brain and voice of the twin stand in for {rules.vendor_of('mllm', values).label}"
    vendor = rules.vendor_of("tts", values)
    voice = stand_in(rules.payload(values, {}).get("tts", {}))
    setting = _voice_setting(vendor)
    chosen = rules.value_at(f"tts.{vendor.id}.{vendor.voice}", values) if setting is not None else None
    if setting is None or chosen in (None, ""):
        return f"Voice: {voice.label}"
    named = next((choice.label for choice in setting.choices if choice.value == chosen), str(chosen))
    return f"{voice.label}, {voice.style}, stands in for {named}"


@st.dialog("Voices", width="large")
def _browse(form: Form, vendor: Vendor, voice: Setting) -> None:
    key = f"tts.{vendor.id}.{voice.name}"
    shown = _filtered(voice.choices)
    st.caption(f"{vendor.label}: {len(shown)} of {len(voice.choices)} voices. Choose one to hear it.")
    picked = st.dataframe(
        [_row(choice, choice.value == rules.value_at(key, form.values)) for choice in shown],
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"voices/{key}",
    )
    rows = picked["selection"]["rows"]  # pyright: ignore[reportIndexIssue]
    if not rows:
        return
    choice = shown[rows[0]]
    with st.container(horizontal=True):
        if st.button(f"Use {choice.label}", type="primary", icon=":material/check:", key="use_voice"):
            form.change({key: choice.value})
            st.rerun()
        heard = st.button(f"Play {choice.label}", icon=":material/volume_up:", key="play_choice")
    if heard:
        _play(form, {**form.values, key: choice.value})


def _filtered(choices: tuple[Choice, ...]) -> list[Choice]:
    """By language and gender, where the vendor says them."""
    languages = sorted({choice.language for choice in choices if choice.language})
    genders = sorted({choice.gender for choice in choices if choice.gender})
    left, right = st.columns(2)
    language = left.selectbox("Language", [EVERYTHING, *languages]) if len(languages) > 1 else EVERYTHING
    gender = right.selectbox("Gender", [EVERYTHING, *genders]) if len(genders) > 1 else EVERYTHING
    return [c for c in choices if language in (EVERYTHING, c.language) and gender in (EVERYTHING, c.gender)]


def _row(choice: Choice, chosen: bool) -> dict[str, Any]:
    return {
        "Voice": choice.label,
        "Language": choice.language,
        "Gender": choice.gender,
        "Style": choice.note,
        "Chosen": chosen,
        "Id": str(choice.value),
    }


def _play(form: Form, values: Mapping[str, Any]) -> None:
    text = str(state.field(form.agent, SENTENCE) or HELLO)
    try:
        with st.spinner("Rendering the sample…"):
            audio = current().voices.sample(rules.payload(values, {}).get("tts", {}), text)
    except GreenroomError as error:
        st.error(f"{error} {error.advice}")
        return
    st.audio(audio, format="audio/wav", autoplay=True)


def _play_at_vendor(form: Form, vendor: Vendor) -> None:
    text = str(state.field(form.agent, SENTENCE) or HELLO)
    params = rules.payload(form.values, {}).get("tts", {}).get("params", {})
    try:
        with st.spinner(f"Asking {vendor.label}…"):
            sample = current().voices.vendor_sample(vendor.id, params, text)
    except GreenroomError as error:
        st.error(f"{error} {error.advice}")
        return
    st.audio(sample.audio, format=sample.mime, autoplay=True)


def _voice_setting(vendor: Vendor) -> Setting | None:
    return next((setting for setting in vendor.settings if setting.name == vendor.voice), None) if vendor.voice else None
