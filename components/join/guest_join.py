"""Join a channel: the form, and the channel view as a separate component beside the stage."""

from __future__ import annotations

from dataclasses import asdict, replace

import streamlit as st
from streamlit.components.v2 import component

from components.call import loader
from components.shell import state
from components.shell.formatting import inline
from components.shell.uninterrupted import uninterrupted
from greenroom.errors import GreenroomError
from greenroom.model.guest_join import ChannelAddress, JoinRequest
from greenroom.services import current

_room = component("greenroom_guest_join", js=loader("guest-join"))

_LABELS = {"app_id": "App ID", "channel": "Channel", "token": "Token", "uid": "User ID", "title": "Title"}
_HELP = {
    "app_id": "The App ID of the project the channel belongs to.",
    "channel": "Leave empty to create a new channel.",
    "token": "Leave empty to generate one for this installation's project, or to join another project without a token.",
    "uid": "Your user ID in the channel. Leave empty to let Agora assign one.",
    "title": "Shown above the channel and included in the link.",
}


def draw() -> None:
    """The form before joining, then the channel view."""
    guest_join = current().guest_join
    if "token" in st.query_params:  # out of the address, which logs and the browser's history keep
        state.keep_join_form(guest_join.read_link(st.query_params.to_dict()))
        del st.query_params["token"]
    form = state.join_form() or guest_join.read_link(st.query_params.to_dict())
    address = state.joined_channel()
    if address is None:
        _form(form)
        return
    _room(key="room", data={"address": asdict(address)}, height=620, on_left_change=_leave)
    st.caption(f"Channel {inline(address.channel)}. Share the link in the address bar to invite others; it contains no token.")
    if guest_join.issues_older_token(address):
        _older_client(address)


def _older_client(address: ChannelAddress) -> None:
    """Issue a token for clients that predate the current token format."""
    with st.expander("Connect an older client"):
        st.caption('Older Agora SDKs need a token that starts with "006". It admits any user ID to this channel for 24 hours.')
        if st.button("Generate 006 token", key="older_token"):
            st.code(current().guest_join.older_token(address), language=None, wrap_lines=True)


def _form(form: JoinRequest) -> None:
    faults = state.join_form_errors()
    with st.form("join_by_hand", border=True):
        typed = {}
        for name, label in _LABELS.items():
            secret = name == "token"
            typed[name] = st.text_input(
                label,
                value=getattr(form, name),
                type="password" if secret else "default",
                help=_HELP[name],
                key=f"visit_{name}",
                autocomplete="off" if secret else None,
            )
            if name in faults:
                st.markdown(f":red[:material/error: {inline(faults[name])}]")
        pressed = st.form_submit_button("Join", type="primary", icon=":material/login:")
    if not pressed:
        return
    _join(JoinRequest(**{name: text.strip() for name, text in typed.items()}))
    st.rerun()


@uninterrupted()
def _join(request: JoinRequest) -> None:
    """Join the channel of the form, or keep the form with its errors."""
    guest_join = current().guest_join
    state.keep_join_form(request)
    errors = guest_join.faults(request)
    state.keep_join_form_errors(errors)
    if not errors:
        try:
            address = guest_join.address(request)
        except GreenroomError as error:
            state.show_error(error)
        else:
            state.set_joined_channel(address)
            # The token is for this visit: the form for the next one is kept without it.
            kept = replace(request, channel=address.channel, token="")
            state.keep_join_form(kept)
            st.query_params.from_dict(guest_join.link(kept))


def _leave() -> None:
    state.set_joined_channel(None)
