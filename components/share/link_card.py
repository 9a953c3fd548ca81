"""One guest link: its address, QR code and embed snippet, its use, and the button that ends it."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Literal
from urllib.parse import urlsplit

import segno
import streamlit as st

from components.share import version_badges
from components.share.comparison_card import draw_result
from components.share.copy_button import draw_copy
from components.shell import formatting, state
from components.shell.uninterrupted import uninterrupted
from greenroom.errors import GreenroomError
from greenroom.model.guest_link import GuestLinkState, GuestLinkUse
from greenroom.plurals import counted
from greenroom.services import current
from greenroom.services.agents import links

STATES: dict[GuestLinkState, tuple[str, Literal["green", "gray"]]] = {
    "active": ("Active", "green"),
    "expired": ("Expired", "gray"),
    "ended": ("Ended", "gray"),
}
REACH = {
    "computer": "Only this computer can open this link. Set GREENROOM_PUBLIC_URL to share it with others.",
    "network": "This link works only in your network.",
}
USED_UP = "No one can start a call by this link. Create a new one with more minutes or a larger budget."
_FRAME = "width:420px;max-width:100%;height:720px;border:0;border-radius:16px"
QR_STYLE = "width:min(180px,100%);aspect-ratio:1;box-sizing:border-box;background:#fff;padding:8px;border-radius:8px"


def origin() -> str:
    """Scheme, host and port at which guests reach this studio."""
    if public := current().config.public_url:
        return public
    here = urlsplit(str(st.context.url or ""))
    return f"{here.scheme}://{here.netloc}"


def draw_address(use: GuestLinkUse) -> None:
    """Draw a link's address and QR code, and the embed snippet if sites may embed it."""
    if not use.address:
        st.caption("Another Greenroom installation created this link, and only that one can show its address.")
        return
    address = f"{origin()}{use.address}"
    text, picture = st.columns([2, 1])
    with text:
        st.code(address, language=None, wrap_lines=True)
        draw_copy(address, key=f"copy_link_{use.link.id}")
        if (only := REACH.get(links.reach(address))) is not None:
            st.caption(f":material/info: {only}")
        if use.link.embed_origins:
            name = use.link.name or (use.agent_name if not use.link.compared else "A and B")
            st.caption(f"Embed on {', '.join(use.link.embed_origins)}")
            st.code(embed_snippet(address, name), language="html", wrap_lines=True)
    with picture:
        st.html(f'<img alt="QR code of this link" style="{QR_STYLE}" src="{segno.make(address, micro=False).svg_data_uri()}">')


def embed_snippet(address: str, name: str) -> str:
    """The HTML of the frame for a site that may embed the link."""
    return (
        f'<iframe src="{escape(address)}" title="Talk to {escape(name)}"\n'
        f'  allow="microphone; camera; autoplay" style="{_FRAME}"></iframe>'
    )


def draw_card(use: GuestLinkUse) -> None:
    """Draw a link of a list: state, use, results, address, and the button that ends it."""
    link, now = use.link, datetime.now(UTC)
    title = link.name or ("Blind comparison" if link.compared else use.agent_name)
    word, color = STATES[link.state(now)]
    with st.container(border=True, key=f"guest_link_{link.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{formatting.plain(title)}**", width="content")
            st.badge(word, color=color)
            active = link.state(now) == "active"
            if active and use.used_up:
                st.badge("Used up", color="orange", help=USED_UP)
            st.space("stretch")
            if active and st.button("End link", icon=":material/link_off:", key=f"end_link_{link.id}", help=_end_help(use)):
                _end(use)
        st.caption(_facts(use))
        if link.compared:
            draw_result(link)
        if active:
            version_badges.draw_of_link(link)
            with st.expander("Address, QR code and embed snippet" if link.embed_origins else "Address and QR code"):
                draw_address(use)


def _facts(use: GuestLinkUse) -> str:
    link = use.link
    facts = [f"{len(link.compared)} options compared blindly" if link.compared else formatting.plain(use.agent_name)]
    if not link.sentence:  # where guests compare voices, they don't talk
        facts += [
            f"{use.talking} of {link.at_once} talking",
            counted(link.visits, "call"),
            f"{round(use.seconds / 60)}" + (f" of {link.total_s // 60}" if link.total_s else "") + " min used",
        ]
        facts += [f"{link.visit_s // 60} min per call"] if link.visit_s else []
    if link.max_cost:
        facts.append(f"\\${use.cost:,.2f} of \\${link.max_cost:,.2f}")  # two dollar signs would make a formula
    if link.password_hash:
        facts.append("password")
    if link.record:
        facts.append("recorded")
    facts.append(f"expires {formatting.date_and_time(link.expires_at)}" if link.expires_at else "never expires")
    return " · ".join(facts)


def _end_help(use: GuestLinkUse) -> str:
    return f"Turn the link off and end its {use.talking} running calls" if use.talking else "Turn the link off"


@uninterrupted()
def _end(use: GuestLinkUse) -> None:
    try:
        running = current().guest_links.end(use.link.id)
    except GreenroomError as error:
        state.show_error(error)
    else:
        calls = f" {counted(running, 'running call')} ended." if running else ""
        state.show(state.Banner(f"Guest link ended.{calls}", good=True))
    st.rerun()
