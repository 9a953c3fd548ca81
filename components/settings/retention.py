"""What is stored, what a rule would delete, and the button that does it."""

from __future__ import annotations

import streamlit as st

from components.shell import state
from components.shell.state import Banner
from greenroom.errors import GreenroomError
from greenroom.model.retention import RetentionPreview, RetentionRule
from greenroom.services import current


def draw() -> None:
    """A preview always stands before anything is deleted."""
    keeping = current().retention
    stock = keeping.stock()
    st.subheader("Keeping")
    with st.container(horizontal=True, gap="large"):
        st.metric("Sessions", f"{stock.sessions:,}", width="content")
        st.metric("Recordings", f"{stock.recordings:,}", width="content")
        st.metric("Sound on the disk", _size(stock.bytes), width="content")
    st.caption(_by_itself(keeping.rule, stock.deleted))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = _number("Sessions older than (days)", "keep_days", "0 = none; with their sound")
        sound = _number("Sound older than (days)", "keep_sound_days", "0 = none; the words stay")
        size = _number("Sound beyond (MB)", "keep_sound_mb", "0 = none; the oldest goes")
    rule = RetentionRule(days, sound, size)
    if rule != RetentionRule():
        _offer(rule, keeping.preview(rule))
    st.button(
        "Give free room back to the disk",
        icon=":material/compress:",
        key="vacuum",
        on_click=_vacuum,
        help="VACUUM: worth it after much was deleted; takes a moment with a large database",
    )


def _number(label: str, key: str, about: str) -> int:
    return int(st.number_input(label, 0, 1_000_000, key=key, width=190, help=about))


def _offer(rule: RetentionRule, gone: RetentionPreview) -> None:
    if not (gone.sessions or gone.recordings):
        st.info("Nothing is that old or that large.", icon=":material/check:")
        return
    what = f"{gone.sessions:,} sessions and {gone.recordings:,} recordings ({_size(gone.bytes)})"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(f"{what} would be deleted for good.", icon=":material/delete_forever:", width="stretch")
        st.button("Delete them for good", type="primary", key="delete_for_good", on_click=_apply, args=(rule,))


def _by_itself(rule: RetentionRule, deleted: int) -> str:
    told = []
    if rule.sessions_days:
        told.append(f"sessions after {rule.sessions_days} days")
    if rule.recordings_days:
        told.append(f"sound after {rule.recordings_days} days")
    if rule.recordings_mb:
        told.append(f"the oldest sound beyond {rule.recordings_mb:,} MB")
    waiting = f" {deleted:,} deleted ones can still be brought back." if deleted else ""
    mostly = f"Greenroom deletes by itself: {', '.join(told)}." if told else "Nothing is deleted by itself (see Options)."
    return f"{mostly} Deleted sessions go for good after an hour.{waiting} Back up with `make backup TO=file.zip`."


def _apply(rule: RetentionRule) -> None:
    try:
        gone = current().retention.apply(rule)
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(Banner(f"{gone.sessions:,} sessions and {gone.recordings:,} recordings were deleted for good.", good=True))


def _vacuum() -> None:
    try:
        current().retention.vacuum()
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(Banner("The free room was given back.", good=True))


def _size(size: int) -> str:
    return f"{size / 1_000_000_000:.1f} GB" if size >= 1_000_000_000 else f"{size / 1_000_000:.1f} MB"
