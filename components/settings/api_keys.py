"""API keys in Settings: one per person or program, shown once, revoked by a click."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import streamlit as st

from components.shell import error_text, field_errors, fields, state
from components.shell.formatting import date_and_time, plain
from greenroom.errors import GreenroomError
from greenroom.model.api_key import API_SCOPES, ApiKey, ApiKeyId, ApiScope
from greenroom.services import current

_SCOPES: Mapping[ApiScope, str] = {
    "start": "Start and end agents",
    "speak": "Make agents speak",
    "client_keys": "Issue keys for browser clients",
}
_EXPIRY = {0: "Never", 30: "In 30 days", 90: "In 90 days", 365: "In a year"}
_ANY = "Any agent"
FORM = "new_api_key"
#: How many revoked and expired keys are shown.
_OVER_SHOWN = 20


def draw_api_keys() -> None:
    """Active keys, a form for a new one, and the last revoked and expired ones folded away."""
    st.header("API keys")
    st.caption("For programs that start agents through the API. Each key has its own name in sessions and logs.")
    _new_key()
    try:
        keys = current().api_keys.list()
    except GreenroomError as error:
        error_text.draw(error)
        return
    now = datetime.now(UTC)
    active = [key for key in keys if key.state(now) == "active"]
    for key in active:
        _draw(key, now)
    if not active:
        st.caption("No active keys.")
    if over := [key for key in keys if key.state(now) != "active"]:
        with st.expander(f"Revoked and expired ({len(over)})"):
            for key in over[:_OVER_SHOWN]:
                _draw(key, now)
    with st.popover("New API key", icon=":material/key:"):
        _form()


def _new_key() -> None:
    """The text of a key that was just made, until it is dismissed."""
    if (text := state.new_api_key().get("text")) is None:
        return
    with st.container(border=True, key="new_api_key"):
        st.markdown("**Copy this key now.** It won't be shown again.")
        st.code(text, language=None, wrap_lines=True)
        st.button("Done", key="api_key_copied", on_click=lambda: state.new_api_key().clear())


def _draw(key: ApiKey, now: datetime) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"api_key_{key.id}"):
        used = f"last used {date_and_time(key.last_used_at)}" if key.last_used_at else "never used"
        ends = f"expires {date_and_time(key.expires_at)}" if key.expires_at else "no expiry"
        by = f" by {plain(key.created_by)}" if key.created_by else ""
        what = " · ".join(_SCOPES[scope] for scope in key.scopes)
        words = f"**{plain(key.name)}** :gray[· {what} · {plain(key.agent) if key.agent else _ANY}]  \n"
        st.markdown(f"{words}:gray[created {date_and_time(key.created_at)}{by} · {used} · {ends}]", width="stretch")
        if key.state(now) == "active":
            st.button("Revoke", key=f"revoke_api_key_{key.id}", on_click=_revoke, args=(key.id, key.name))
        else:
            st.badge(key.state(now).capitalize(), color="gray")


def _form() -> None:
    name = st.text_input("Name", key=fields.key("api_key_name"), placeholder="Who or what uses it")
    field_errors.draw(FORM, "name", name)
    scopes = st.pills(
        "Permissions",
        API_SCOPES,
        selection_mode="multi",
        default=["start"],
        format_func=lambda scope: _SCOPES[scope],
        key=fields.key("api_key_scopes"),
    )
    field_errors.draw(FORM, "scopes", scopes)
    agents = [agent.name for agent in current().agents.list()]
    agent = st.selectbox("Agent", [_ANY, *agents], key=fields.key("api_key_agent"), help="The only agent that the key may start.")
    days = st.selectbox("Expires", list(_EXPIRY), format_func=lambda one: _EXPIRY[one], key=fields.key("api_key_days"))
    field_errors.draw(FORM, "days", days)
    chosen = "" if agent == _ANY else agent
    st.button("Create key", type="primary", key="create_api_key", on_click=_create, args=(name, scopes, chosen, days))


def _create(name: str, scopes: list[ApiScope], agent: str, days: int) -> None:
    field_errors.clear(FORM)
    try:
        _, text = current().api_keys.create(name, scopes, agent=agent, days=days)
    except GreenroomError as error:
        field_errors.tell(FORM, error)
        return
    state.new_api_key()["text"] = text


def _revoke(key_id: ApiKeyId, name: str) -> None:
    try:
        current().api_keys.revoke(key_id)
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(state.Banner(f"{name} can't use the API anymore.", good=True))
