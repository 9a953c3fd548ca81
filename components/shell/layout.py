"""The frame of every page: the stage (drawn first to survive page errors), navigation and the environment badge."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components.call import call_stage
from components.rehearse import moments
from components.shell import error_text, field_errors, formatting, run_scope, sign_in, state
from components.shell.reader import ASK
from components.shell.stage_data import stage_data
from components.shell.uninterrupted import protect_callbacks
from components.studio import launching
from greenroom import __version__, services
from greenroom.access.members import Member
from greenroom.errors import GreenroomError, NotAllowed
from greenroom.plurals import counted
from greenroom.services import current

log = logging.getLogger(__name__)
protect_callbacks(tell=state.show_error)

HERE = Path(__file__).parent
LOGO, MARK = HERE / "logo.svg", HERE / "mark.svg"
SIDEBAR_WIDTH_PX = 220


def draw() -> None:
    """One rerun: stage, navigation, then the page. A page's error is shown in its place and doesn't affect the call."""
    with run_scope.one_run():
        _draw()


def _draw() -> None:
    st.set_page_config(page_title="Greenroom", page_icon=str(MARK), layout="wide", initial_sidebar_state=SIDEBAR_WIDTH_PX)
    st.logo(str(LOGO), icon_image=str(MARK), size="large")
    services.identify(lambda: sign_in.member(services.configuration().members))
    who = services.member()
    if who is None and services.configuration().members.configured:
        st.navigation([st.Page(sign_in.draw_sign_in, title="Sign in", default=True)], position="hidden").run()
        return
    if services.may("editor"):
        _stage()
    pages, beyond = _pages(who)
    page = st.navigation(pages)
    if who is not None:
        sign_in.draw_account(who)
    st.sidebar.caption(f"Greenroom {__version__}")
    if (asked := state.take_session_asked_for()) is not None:
        st.switch_page("pages/session.py", query_params={"id": asked[0], **({"play": "1"} if asked[1] else {})})
    if (asked_page := state.take_page_asked_for()) is not None:
        st.switch_page(f"pages/{asked_page}.py")
    place_chip()
    field_errors.enter(page.url_path)
    notice(page.url_path)
    near_cap()
    try:
        if page.url_path != "session":  # that page has thumbs of its own, and draws it
            moments.dialog()
        if page.title in beyond:
            raise NotAllowed("Your role can't open this page.", advice="Ask an admin of this studio for another role.")
        page.run()
    except GreenroomError as error:
        error_text.draw(error)


def _pages(who: Member | None) -> tuple[list[StreamlitPage], frozenset[str]]:
    """All pages, and the titles of those that the member's role doesn't allow. These are hidden, but links may lead to them."""
    edits, admin = services.may("editor"), services.may("admin")
    listed: list[tuple[bool, str, str, str]] = [
        (edits, "studio", "Studio", "tune"),
        (True, "sessions", "Sessions", "view_list"),
        (True, "session", "Session", "article"),
        (edits, "rehearse", "Rehearse", "rule"),
        (admin, "guest_links", "Guest links", "share"),
        (edits, "running", "Running agents", "graphic_eq"),
        (True, "trends", "Trends", "trending_up"),
        (edits, "join", "Join a channel", "login"),
        (edits, "sound_check", "Sound check", "mic"),
        (admin, "audit_log", "Audit log", "fact_check"),
        (admin, "settings", "Settings", "settings"),
    ]
    unlisted = {"session"} if who is not None else {"session", "audit_log"}  # without sign-in there is one user
    pages = [
        st.Page(
            f"pages/{name}.py",
            title=title,
            icon=f":material/{icon}:",
            default=edits and name == "studio",
            visibility="visible" if may and name not in unlisted else "hidden",
        )
        for may, name, title, icon in listed
    ]
    if not edits:  # Streamlit knows the main page as "/" alone: were Sessions that page, links to it would lead nowhere
        pages.append(st.Page(_first_page, title="Home", default=True, visibility="hidden"))
    return pages, frozenset(title for may, _, title, _ in listed if not may)


def _first_page() -> None:
    """The first page of a viewer."""
    st.switch_page("pages/sessions.py")


def place_chip() -> None:
    """Show where agents run and how many are running."""
    services = current()
    running = services.watchdog.running()
    with st.container(key="place", horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        st.caption(f"{counted(running, 'agent')} running" if running else "No agents running", width="content")
        if services.config.on_twin:
            st.badge("Offline", icon=":material/home:", color="gray")
        else:
            st.badge(f"Agora cloud · project …{services.config.app_id[-4:]}", icon=":material/cloud:", color="green")


def near_cap() -> None:
    """Warn on every page when a usage limit is near or reached."""
    limits = current().calls.limits
    spent = limits.spent()
    if spent:
        st.error(f"{spent} You can launch again when earlier calls are more than 24 hours old.", icon=":material/block:")
    elif near := limits.warning():
        st.warning(near, icon=":material/hourglass_bottom:")


def notice(page: str) -> None:
    """The last error or success message, until the next launch, another page or dismissal. It floats above the page."""
    shown = state.notice_on(page)
    passing = shown is not None and shown.good and shown.undo is None
    # Present even when empty: if the elements below were recreated, a click on them could be lost.
    with st.container(horizontal=True, vertical_alignment="center", key="notice"):
        if shown is None:
            return
        if passing:  # the style sheet fades it out; a new key restarts that
            st.html(f"<span class='passing' data-turn='{hash(shown.message) & 0xFFFF}'></span>")
        if shown.good:
            st.success(formatting.inline(shown.message), icon=":material/check:")
        else:
            st.error(f"**{formatting.inline(shown.message)}** {formatting.inline(shown.advice)}", icon=":material/error:")
        if shown.undo is not None:
            st.button("Undo", icon=":material/undo:", key="undo_notice", on_click=_take_back, args=(shown.undo,))
        st.button("Dismiss", icon=":material/close:", key="dismiss", on_click=state.clear_notice, type="tertiary", help="Dismiss")


def _take_back(undo: Callable[[], None]) -> None:
    state.clear_notice()
    undo()


def _choose_brain() -> None:
    """Handle a press on the name of the offline brain."""
    if services.may("admin"):
        state.ask_for_page("settings")
    else:
        state.show(state.Banner("The offline brain is chosen in Settings.", ASK))


def _stage() -> None:
    with st.container(key="stage"):
        try:
            data = stage_data()
        except GreenroomError as error:
            data = {
                "stage": {
                    "agent_name": "",
                    "place": "twin",
                    "can_launch": False,
                    "launching": False,
                    "problem": {"message": error_text.message(error), "advice": error_text.advice(error)},
                },
                "ticket": None,
            }
        call_stage(
            data,
            on_launch=launching.launch,
            on_ended=launching.call_ended,
            on_resume=launching.resume,
            on_review=launching.review,
            on_open=launching.open_session,
            on_brain=_choose_brain,
            on_backup=launching.launch_backup,
            on_hold=launching.launch_held,
            on_present=launching.launch_presenting,
        )
