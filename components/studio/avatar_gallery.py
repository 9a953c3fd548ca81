"""The faces to choose from, with a picture each, and at once whether the chosen voice fits."""

from __future__ import annotations

import base64

import streamlit as st

from components.studio.portraits import portrait
from components.studio.vendor_form import Form
from greenroom.catalog import rules
from greenroom.catalog.crossrules import speech_rate
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.portraits.characters import stand_in_face

A_ROW = 3
_FRAME = "width:100%;max-width:160px;border-radius:10px;display:block"


def draw_avatar_gallery(form: Form) -> None:
    """Below the settings of the avatar: the vendor's known faces, the offline one that stands in, and the fit of the voice."""
    vendor = rules.vendor_of("avatar", form.values)
    if vendor.id == rules.NONE:
        st.caption("Choose a vendor to give the agent a face. Without one it is heard, not seen.")
        return
    _fit(form, vendor)
    setting = next((s for s in vendor.settings if s.name == "avatar_id"), None)
    if setting is not None and setting.choices:
        _cards(form, vendor, setting)
    face = stand_in_face(rules.payload(form.values, {}).get("avatar", {}))
    left, right = st.columns([1, 4], vertical_alignment="center")
    left.html(_picture(portrait(face)))
    right.caption(
        f"{face.label} ({face.style}) is the drawn face of this avatar. Offline calls show it, with lips that move to the voice; "
        "in the cloud the video comes from the vendor."
    )


def _fit(form: Form, vendor: Vendor) -> None:
    """Every problem that names avatar and voice together is told here too: people look here first."""
    voice = rules.vendor_of("tts", form.values)
    wanted, found = vendor.needs_rate or _own_rate(form, vendor), speech_rate(voice, form.values)
    if rules.realtime(form.values):
        st.caption(":red[:material/error: An avatar cannot be used with a realtime model: see Language model.]")
    elif not wanted:
        st.caption(f":material/check_circle: {vendor.label} takes speech of any rate.")
    elif found in (0, wanted):
        said = f"{voice.label} speaks at {wanted // 1000} kHz" if found else f"set {voice.label} to {wanted // 1000} kHz"
        st.caption(f":material/check_circle: The voice fits: {said}, as {vendor.label} needs it.")
    else:
        st.caption(
            f":red[:material/error: {vendor.label} needs speech of {wanted // 1000} kHz, {voice.label} speaks at "
            f"{found / 1000:g} kHz: see Voice.]"
        )


def _own_rate(form: Form, vendor: Vendor) -> int:
    rate = rules.value_at(f"avatar.{vendor.id}.{vendor.rate}", form.values) if isinstance(vendor.rate, str) and vendor.rate else 0
    return rate if isinstance(rate, int) and not isinstance(rate, bool) else 0


def _cards(form: Form, vendor: Vendor, setting: Setting) -> None:
    key = f"avatar.{vendor.id}.{setting.name}"
    chosen = rules.value_at(key, form.values)
    for start in range(0, len(setting.choices), A_ROW):
        columns = st.columns(A_ROW)
        for column, choice in zip(columns, setting.choices[start : start + A_ROW], strict=False):
            with column.container(border=True):
                _card(form, vendor, key, choice, chosen == choice.value)


def _card(form: Form, vendor: Vendor, key: str, choice: Choice, chosen: bool) -> None:
    face = stand_in_face({"vendor": vendor.fixed.get("avatar.vendor"), "params": {"avatar_id": choice.value}})
    st.html(_picture(portrait(face, placeholder=choice.value != face.id)))
    st.markdown(f"**{choice.label}**")
    st.caption(choice.note or "The picture is the vendor's own")
    st.button(
        "Chosen" if chosen else "Use",
        key=f"face/{key}/{choice.value}",
        disabled=chosen,
        width="stretch",
        help=f"Use {choice.label}",
        on_click=form.change,
        args=({key: choice.value},),
    )


def _picture(svg: str) -> str:
    """As an image: a screen reader has its text, and nothing in it can run."""
    data = base64.b64encode(svg.encode()).decode()
    return f'<img alt="" style="{_FRAME}" src="data:image/svg+xml;base64,{data}">'
