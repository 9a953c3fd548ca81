"""Sign-in, for a studio with members: the visitor's account, and the page for visitors without access."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from greenroom.access.members import Member, Members

MARK = Path(__file__).parent / "mark.svg"


def member(members: Members) -> Member | None:
    """The signed-in account, if it has a role; None otherwise, and for an address that the provider calls unverified."""
    if not st.user.get("is_logged_in") or st.user.get("email_verified") is False:
        return None
    return members.member(str(st.user.get("email") or ""), str(st.user.get("name") or ""))


def draw_sign_in() -> None:
    """Draw the page that is shown instead of the studio: a button to sign in, or why the account has no access."""
    with st.container(width=400, key="door", horizontal_alignment="center", gap="medium"):
        st.image(str(MARK), width=56)
        st.title("Greenroom", anchor=False, text_alignment="center")
        if st.user.get("is_logged_in"):
            st.error("Your account has no access to this studio. Ask an admin to add it.", icon=":material/block:")
            st.button("Sign out", icon=":material/logout:", on_click=st.logout)
        elif not _provider_known():
            st.error("Sign-in isn't set up. Add an [auth] section to .streamlit/secrets.toml; see docs/deploy.md.")
        else:
            st.markdown("Sign in to open this studio.", text_alignment="center")
            st.button("Sign in", type="primary", icon=":material/login:", key="sign_in", on_click=st.login, width="stretch")


def _provider_known() -> bool:
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def draw_account(who: Member) -> None:
    """Draw the account in the sidebar, with a button to sign out."""
    # HTML, because Markdown would turn the address into a link.
    st.sidebar.html(f'<p class="account">{escape(who.email)} · {who.role}</p>')
    st.sidebar.button("Sign out", icon=":material/logout:", key="sign_out", type="tertiary", on_click=st.logout)
