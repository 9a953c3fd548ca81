"""Alerts in Settings: the targets, a form for a new one, and what was sent."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from components.shell import error_text, field_errors, fields, formatting, state
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.model.alert import ALERT_KINDS, AlertTarget
from greenroom.services import current

_MADE, _FORM = "alert_made", "alert_form"


def draw() -> None:
    """Draw the section; nothing for a member who may not see webhooks."""
    try:
        targets, undecided = current().alerts.targets(), current().alerts.undecided()
    except NotAllowed:
        return  # the section is for admins
    except GreenroomError as error:
        error_text.draw(error)
        return
    st.header("Alerts")
    st.caption("Sends a signed request or a message when a call ends, a cap is reached, or calls fail or get slow.")
    if secret := fields.shown(_MADE, ""):
        st.success("Webhook added. Copy its signing secret now; it isn't shown again.", icon=":material/check:")
        st.code(secret, language=None)
    for target in targets:
        _draw_target(target, undecided.get(target.id, ""))
    with st.expander("Add an alert", icon=":material/add:"):
        _form()
    if targets and (recent := current().alerts.recent()):
        with st.expander("Recent deliveries"):
            for one in recent:
                done = "Delivered" if not one.problem else "Retrying" if one.next_at else "Failed"
                tries = "1 try" if one.tries == 1 else f"{one.tries} tries"
                words = f"{formatting.day_and_time(one.created_at)} · {one.payload.get('type', '')} · {done} · {tries}"
                st.caption(formatting.plain(f"{words} {error_text.masked(one.problem)}"))


def _draw_target(target: AlertTarget, undecided: str) -> None:
    """Draw a target. ``undecided``: the host in the studio's own network that it needs consent for, "" = none."""
    name = target.service or urlsplit(target.address).hostname or ""
    what = _when(target)
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"alert_{target.id}"):
        st.markdown(f"**{formatting.plain(name)}**  \n:gray[{formatting.plain(what)}]", width="stretch")
        with st.container(horizontal=True, width="content"):
            st.button("Send a test", icon=":material/send:", key=f"alert_test_{target.id}", on_click=_test, args=(target.id,))
            st.button("Delete", icon=":material/delete:", key=f"alert_delete_{target.id}", on_click=_delete, args=(target.id,))
    if undecided:
        with st.container(horizontal=True, vertical_alignment="center", key=f"alert_inside_{target.id}"):
            said = f":orange[:material/lan:] **{formatting.plain(undecided)}** is inside your own network."
            st.markdown(f"{said} Alerts reach it only if you allow it.", width="stretch")
            st.button("Allow", key=f"alert_allow_{target.id}", on_click=_allow, args=(target.id, undecided))
    elif target.allowed:
        where = formatting.plain(target.allowed)
        st.caption(f":material/lan: Alerts may reach **{where}** inside your network. Delete this alert to withdraw it.")


def _when(target: AlertTarget) -> str:
    """When a target gets an alert, with its limits: "A call ends, more than 20% of calls fail"."""
    limits = {
        "error_rate.high": f"More than {target.errors_percent}% of calls fail",
        "latency.high": f"The p90 latency is above {target.latency_ms:,} ms",
    }
    first, *others = (limits.get(kind, ALERT_KINDS[kind]) for kind in target.kinds)
    return ", ".join((first, *(one[0].lower() + one[1:] for one in others)))


def _form() -> None:
    with st.form(_FORM, border=False):
        st.text_input(
            "URL",
            type="password",
            key="alert_url",
            placeholder="https://hooks.example.com/greenroom",
            autocomplete="off",
            help="A webhook URL, or an Apprise address for chat, email or phone, such as slack://… or mailtos://….",
        )
        field_errors.draw(_FORM, "url")
        st.multiselect("Send when", list(ALERT_KINDS), list(ALERT_KINDS), format_func=ALERT_KINDS.__getitem__, key="alert_kinds")
        field_errors.draw(_FORM, "kinds")
        left, right = st.columns(2)
        left.number_input(
            "Failed calls (%)", 1, 100, 20, key="alert_errors", help="Share of the last hour's calls, from 10 calls."
        )
        right.number_input(
            "p90 latency (ms)", 100, 60_000, 2000, key="alert_latency", help="Over the last hour's calls, from 20 calls."
        )
        st.form_submit_button("Add alert", type="primary", on_click=_add)


def _add() -> None:
    """Handle Add alert."""
    field_errors.clear(_FORM)
    fields.clear(_MADE)
    errors, latency = int(fields.value("alert_errors")), int(fields.value("alert_latency"))
    try:
        with fields.secret("alert_url") as address:
            made = current().alerts.add(address, fields.value("alert_kinds") or (), errors, latency)
    except GreenroomError as error:
        field_errors.tell(_FORM, error)
    else:
        if made.secret:
            fields.put(_MADE, made.secret)


def _test(target_id: str) -> None:
    """Handle Send a test."""
    try:
        current().alerts.send_test(target_id)
    except GreenroomError as error:
        state.show_error(error)
    else:
        state.show(state.Banner("Test delivered.", good=True))


def _allow(target_id: str, place: str) -> None:
    """Handle Allow."""
    try:
        current().alerts.allow(target_id, place)
    except GreenroomError as error:
        state.show_error(error)


def _delete(target_id: str) -> None:
    """Handle Delete."""
    fields.clear(_MADE)
    try:
        current().alerts.delete(target_id)
    except GreenroomError as error:
        state.show_error(error)
