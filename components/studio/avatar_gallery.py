"""The avatar gallery: Greenroom's animated characters first, then avatar vendors with their requirements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.shell import error_text
from components.shell.formatting import inline
from components.studio.portraits import data_uri, moving_portrait, portrait
from components.studio.vendor_form import Form
from greenroom.catalog import rules
from greenroom.catalog.avatar import AVATAR, GREENROOM
from greenroom.catalog.avatar_rules import avatar_and_voice_rates_match
from greenroom.catalog.faces import offline_face
from greenroom.catalog.list_prices import price_note
from greenroom.catalog.spec import Choice, Setting, Vendor
from greenroom.catalog.voices import stand_in
from greenroom.portraits.characters import FACES, Face

FACE_WIDTH_PX, CARDS_PER_ROW = 82, 3
FACE = f"avatar.{GREENROOM.id}.avatar_id"
_PICTURE = "width:100%;border-radius:12px;display:block;aspect-ratio:1"


def draw_faces(form: Form) -> None:
    """Draw the top of the avatar tab: six characters, those that match the voice first."""
    if rules.realtime(form.values):
        st.caption(":red[:material/error: Realtime models don't support avatars. Choose a different language model to use one.]")
        return
    chosen = rules.vendor_of("avatar", form.values).id
    face = rules.value_at(FACE, form.values) if chosen == GREENROOM.id else None
    voice = stand_in(rules.payload(form.values, {}).get("tts", {}))
    fitting = [f for f in FACES if f.gender == voice.gender]
    st.caption(f"Free, runs on this computer, no key needed. The first {len(fitting)} match the selected voice.")
    with st.container(horizontal=True, gap="small", key="faces"):  # wraps on a phone, where columns would stack
        for drawn in _matched_first(fitting):
            with st.container(width=FACE_WIDTH_PX, gap="small"):
                _face_card(form, drawn, drawn.id == face)
    with st.container(horizontal=True):
        st.button(
            "No avatar",
            icon=":material/check:" if chosen == rules.NONE else ":material/graphic_eq:",
            key="face/none",
            type="tertiary",
            help="Audio only",
            disabled=chosen == rules.NONE,
            on_click=form.change,
            args=({rules.vendor_key("avatar"): rules.NONE},),
        )


def _matched_first(fitting: Sequence[Face]) -> list[Face]:
    return [*fitting, *(face for face in FACES if face not in fitting)]


def _face_card(form: Form, face: Face, chosen: bool) -> None:
    _image(moving_portrait(face), f"{face.label}: {face.style}")
    st.button(
        face.label,
        key=f"face/{face.id}",
        icon=":material/check:" if chosen else None,
        type="primary" if chosen else "secondary",
        width="stretch",
        help=f"{face.label}: {face.style}" + (" (selected)" if chosen else ""),
        on_click=form.change,
        args=({rules.vendor_key("avatar"): GREENROOM.id, FACE: face.id},),
    )


def draw_vendors(form: Form) -> None:
    """Draw the avatar vendors with price and requirements; one click also sets the voice's sample rate."""
    if rules.realtime(form.values):
        return
    with st.expander("Photorealistic avatars from a vendor", icon=":material/face:", expanded=_has_vendor(form)):
        st.caption("Vendors bill you directly, on top of Agora's price. Offline calls show a Greenroom character instead.")
        vendors = [v for v in AVATAR if v.id not in (rules.NONE, GREENROOM.id)]
        for start in range(0, len(vendors), CARDS_PER_ROW):
            for column, vendor in zip(st.columns(CARDS_PER_ROW), vendors[start : start + CARDS_PER_ROW], strict=False):
                # "distribute" keeps a row's buttons in one line, however long the texts are.
                with column.container(border=True, height="stretch", vertical_alignment="distribute"):
                    _vendor_card(form, vendor)


def _has_vendor(form: Form) -> bool:
    return rules.vendor_of("avatar", form.values).id not in (rules.NONE, GREENROOM.id)


def _vendor_card(form: Form, vendor: Vendor) -> None:
    chosen = rules.vendor_of("avatar", form.values).id == vendor.id
    key = next((s.env for s in vendor.settings if s.kind == "secret"), "")
    needs = [f"{vendor.needs_rate // 1000} kHz voice"] if vendor.needs_rate else []
    needs += [f"key {'set' if key in form.credentials else 'missing'}"] if key else []
    needs += ["Agora China only"] if vendor.market == "cn" else []
    about = "" if vendor.needs_rate else f"{vendor.help} "
    text = st.container()
    text.markdown(f"**{vendor.label}**")
    text.caption(f"{about}Needs: {', '.join(needs)}. {price_note(vendor, form.values) or f'{vendor.label} bills you.'}")
    st.button(
        "Selected" if chosen else "Use",
        key=f"avatar_vendor/{vendor.id}",
        disabled=chosen,
        width="stretch",
        help=f"Use {vendor.label}",
        on_click=form.change,
        args=(choosing(vendor, form.values),),
    )


def choosing(vendor: Vendor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that choose this avatar vendor, with the sample rate of the voice set where one click can do that."""
    changes: dict[str, Any] = {rules.vendor_key("avatar"): vendor.id}
    for problem in avatar_and_voice_rates_match({**values, **changes}):
        if rules.vendor_key("tts") not in dict(problem.fix):  # another voice is a choice of its own
            changes |= dict(problem.fix)
    return changes


def draw_avatar_gallery(form: Form) -> None:
    """Draw below the vendor's settings: its known avatars, the offline character, and the voice check."""
    vendor = rules.vendor_of("avatar", form.values)
    if vendor.id in (rules.NONE, GREENROOM.id) or rules.realtime(form.values):
        return
    _fit(form, vendor)
    setting = next((s for s in vendor.settings if s.name == "avatar_id"), None)
    if setting is not None and setting.choices:
        _cards(form, vendor, setting)
    face = offline_face(rules.payload(form.values, {}))
    left, right = st.columns([1, 4], vertical_alignment="center")
    with left:
        _image(moving_portrait(face), face.label)
    right.caption(f"Offline calls show {face.label} instead of this avatar. In the cloud, the video comes from {vendor.label}.")


def _fit(form: Form, vendor: Vendor) -> None:
    """Repeat problems between avatar and voice here, where users look first."""
    problems = tuple(avatar_and_voice_rates_match(form.values))
    if not problems:
        st.caption(f":material/check_circle: The voice works with {vendor.label}.")
    for number, problem in enumerate(problems):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":red[:material/error: {error_text.inline_sentence(problem)}]", width="content")
            if problem.fix:
                st.button(inline(problem.fix_label), key=f"fix_fit/{number}", on_click=form.change, args=(dict(problem.fix),))


def _cards(form: Form, vendor: Vendor, setting: Setting) -> None:
    key = f"avatar.{vendor.id}.{setting.name}"
    chosen = rules.value_at(key, form.values)
    for start in range(0, len(setting.choices), CARDS_PER_ROW):
        columns = st.columns(CARDS_PER_ROW)
        for column, choice in zip(columns, setting.choices[start : start + CARDS_PER_ROW], strict=False):
            with column.container(border=True):
                _card(form, vendor, key, choice, chosen == choice.value)


def _card(form: Form, vendor: Vendor, key: str, choice: Choice, chosen: bool) -> None:
    face = offline_face({"avatar": {"vendor": vendor.fixed.get("avatar.vendor"), "params": {"avatar_id": choice.value}}})
    _image(portrait(face, placeholder=choice.value != face.id), "")
    st.markdown(f"**{choice.label}**")
    st.caption(choice.note or "Preview at the vendor")
    st.button(
        "Selected" if chosen else "Use",
        key=f"face/{key}/{choice.value}",
        disabled=chosen,
        width="stretch",
        help=f"Use {choice.label}",
        on_click=form.change,
        args=({key: choice.value},),
    )


def waiting_face(properties: Mapping[str, Any]) -> str | None:
    """The face the offline call will show, for the stage before the launch; None without an avatar."""
    return data_uri(moving_portrait(offline_face(properties))) if rules.face_in(properties) else None


def _image(picture: str, alt: str) -> None:
    st.html(f'<img alt="{alt}" style="{_PICTURE}" src="{data_uri(picture)}">')
