"""The dialog Share with guests: creates a link with its caps, then shows it to copy, scan or embed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import streamlit as st

from components.share import version_badges
from components.share.comparison_form import TALK, VOICES, chosen, draw_options, draw_ways, sentence
from components.share.link_card import draw_address, draw_card
from components.shell import field_errors, fields, state
from components.studio import saving
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, VersionId
from greenroom.model.blind_comparison import ComparedOption
from greenroom.model.guest_link import GUEST_LANGUAGES, GuestLinkOptions
from greenroom.services import current

EXPIRES: Mapping[str, timedelta | None] = {
    "1 hour": timedelta(hours=1),
    "1 day": timedelta(days=1),
    "1 week": timedelta(weeks=1),
    "30 days": timedelta(days=30),
    "Never": None,
}
LANGUAGE = ("Language of the page", tuple(GUEST_LANGUAGES))
NEWEST = "Always the newest version"


@st.dialog("Share with guests", width="large", icon=":material/share:", on_dismiss=state.close_panel)
def draw_share(agent: AgentId) -> None:
    """Draw a form for a new link, or the link that was just created, and the agent's other links."""
    saving.autosave(agent)
    uses = [use for use in current().guest_links.list() if use.link.agent_id == agent]
    made = next((use for use in uses if use.link.id == fields.shown(_created_name(agent), "")), None)
    if made is not None:
        st.success("Link created. Send it, or let guests scan the code.", icon=":material/check:")
        version_badges.draw_of_link(made.link)
        draw_address(made)
        st.button(
            "Create another link", icon=":material/add:", key="another_link", on_click=fields.clear, args=(_created_name(agent),)
        )
    else:
        _form(agent, draw_ways(agent))
    others = [use for use in uses if use is not made and use.link.state(datetime.now(UTC)) == "active"]
    if others:
        st.subheader("Active links", anchor=False)
        for use in others:
            draw_card(use)


def _form(agent: AgentId, way: str) -> None:
    existing = current().agents.versions.of(agent)
    versions: dict[str, VersionId | None] = {NEWEST: None}
    versions |= {f"Version {v.number}{f' · {v.name}' if v.name else ''}": v.id for v in existing}
    for version, badge in version_badges.newest(agent, existing):
        version_badges.draw(version, badge)
    key, form = partial(_key, agent), _form_name(agent)
    with st.form(form, border=False):
        left, right = st.columns(2)
        options: dict[str, ComparedOption] = {}
        if way == TALK:
            left.text_input("Name guests see", placeholder=current().agents.get(agent).name, key=key("name"))
            right.selectbox("Version", list(versions), key=key("version"), help="Drafts are never shared.")
        else:
            options = draw_options(way, agent, key, form)
            left.text_input("Title guests see", placeholder="Which one do you prefer?", key=key("name"))
        with left:
            field_errors.draw(form, "name")
        page = st if way == TALK else right
        page.selectbox(*LANGUAGE, key=key("language"), format_func=GUEST_LANGUAGES.__getitem__)
        field_errors.draw(form, "language")
        st.text_area("Welcome text", height=80, key=key("welcome"), placeholder="Shown before the call")
        field_errors.draw(form, "welcome")
        st.segmented_control("Expires in", list(EXPIRES), default="1 week", key=key("expires"), required=True)
        field_errors.draw(form, "expires")
        if way != VOICES:  # voices are compared without a call
            _calls(key, form)
        st.text_input("Password", type="password", key=key("password"), placeholder="Optional", autocomplete="new-password")
        field_errors.draw(form, "password")
        st.text_area(
            "Sites that may embed it",
            key=key("sites"),
            height=68,
            placeholder="https://www.example.com",
            help="One per line. No other site can show the page in a frame.",
        )
        for field in ("sites", field_errors.WHOLE):
            field_errors.draw(form, field)
        made = (agent, way, versions, options)
        st.form_submit_button("Create link", type="primary", icon=":material/add_link:", on_click=_create, args=made)


def _calls(key: Callable[[str], str], form: str) -> None:
    """Draw the caps of a link's calls, and what guests see."""
    most, on_cloud = current().config.max_agents, current().config.on_cloud
    places = st.columns(4 if on_cloud else 3)
    places[0].number_input("Guests at once", 1, most, min(3, most), key=key("at_once"))
    places[1].number_input("Minutes per call", 1, 600, 10, key=key("visit"))
    places[2].number_input("Minutes in total", 0, 100_000, 60, key=key("total"), help="0 = no limit.")
    if on_cloud:
        help_text = "At Agora's published price, excluding your vendors' charges. 0 = no limit."
        places[3].number_input("Budget ($)", 0.0, 100_000.0, 0.0, key=key("cost"), help=help_text)
    for place, field in zip(places, ("at_once", "visit", "total", "cost"), strict=False):
        with place:
            field_errors.draw(form, field)
    st.toggle("Record calls", key=key("record"), help="Guests must agree before they can start.")
    st.toggle("Show captions", True, key=key("captions"))


def _create(agent: AgentId, way: str, versions: Mapping[str, VersionId | None], options: Mapping[str, ComparedOption]) -> None:
    """Handle Create link."""

    def value(name: str) -> Any:
        return fields.value(_key(agent, name))

    field_errors.clear(_form_name(agent))
    version = None if options else versions[value("version")]
    try:
        compared = chosen(options, value("compared"))
        asked = GuestLinkOptions(agent_id=agent, version_id=version, compared=compared, **_typed(way, value))
        with fields.secret(_key(agent, "password")) as password:
            link = current().guest_links.create(asked, password)
    except GreenroomError as error:
        field_errors.tell(_form_name(agent), error, field_errors.WHOLE)
    else:
        fields.put(_created_name(agent), str(link.id))


def _typed(way: str, value: Callable[[str], Any]) -> dict[str, Any]:
    """The options in the form."""
    lifetime = EXPIRES[value("expires") or "1 week"]
    sites = str(value("sites") or "").splitlines()
    return {
        "sentence": sentence(way, value("sentence")),
        "language": value("language") or "en",
        "name": value("name") or "",
        "welcome": value("welcome") or "",
        "expires_at": None if lifetime is None else datetime.now(UTC) + lifetime,
        "embed_origins": tuple(dict.fromkeys(line.strip().rstrip("/").lower() for line in sites if line.strip())),
        **({"at_once": 1} if way == VOICES else _limits(value)),
    }


def _limits(value: Callable[[str], Any]) -> dict[str, Any]:
    """The options of a link's calls."""
    return {
        "at_once": int(value("at_once")),
        "visit_s": int(value("visit")) * 60,
        "total_s": int(value("total")) * 60,
        "max_cost": float(value("cost") or 0),
        "record": bool(value("record")),
        "captions": bool(value("captions")),
    }


def _key(agent: AgentId, name: str) -> str:
    return f"share_{name}/{agent}"


def _created_name(agent: AgentId) -> str:
    """The name under which a tab remembers the link it has just created."""
    return f"share_made/{agent}"


def _form_name(agent: AgentId) -> str:
    return f"share_form/{agent}"
