"""Data retention: storage used, a preview of what a rule deletes, and the button to delete it."""

from __future__ import annotations

import streamlit as st

from components.shell import fields, state
from components.shell.state import Banner
from greenroom.byte_size import byte_size
from greenroom.errors import GreenroomError
from greenroom.model.retention import RetentionPreview, RetentionRule
from greenroom.plurals import counted
from greenroom.services import current

LIMITS = ("days", "sound_days", "sound_mb")


def draw() -> None:
    """Draw the section. The button to delete appears with a preview of what the rule deletes."""
    retention = current().retention
    usage = retention.usage()
    st.header("Data retention")
    with st.container(horizontal=True, gap="large"):
        st.metric("Sessions", f"{usage.sessions:,}", width="content")
        st.metric("Recordings", f"{usage.recordings:,}", width="content")
        st.metric("Audio storage", byte_size(usage.bytes), width="content")
    st.caption(_automatic_deletion(retention.rule, usage.deleted))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = _number(
            "Sessions older than (days)", "days", "Deletes older sessions with their recordings. 0 turns the rule off."
        )
        sound = _number(
            "Recordings older than (days)",
            "sound_days",
            "Deletes older recordings and keeps the transcripts. 0 turns the rule off.",
        )
        size = _number(
            "Recordings over (MB)", "sound_mb", "Deletes the oldest recordings above this total size. 0 turns the rule off."
        )
    rule = RetentionRule(days, sound, size)
    if rule != RetentionRule():
        _offer(rule, retention.preview(rule))
    st.button(
        "Compact database",
        icon=":material/compress:",
        key="vacuum",
        on_click=_vacuum,
        help="Frees disk space after large deletions (VACUUM). Takes a moment for a large database.",
    )


def _number(label: str, limit: str, about: str) -> int:
    name = _field(limit)
    number = int(st.number_input(label, 0, 1_000_000, fields.shown(name, 0), key=fields.key(name), width=190, help=about))
    fields.keep(name, number)
    return number


def _offer(rule: RetentionRule, preview: RetentionPreview) -> None:
    if not (preview.sessions or preview.recordings):
        st.info("Nothing matches this rule.", icon=":material/check:")
        return
    what = f"{counted(preview.sessions, 'session')} and {counted(preview.recordings, 'recording')} ({byte_size(preview.bytes)})"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(f"{what} will be permanently deleted.", icon=":material/delete_forever:", width="stretch")
        st.button("Delete permanently", type="primary", key="delete_for_good", on_click=_apply, args=(rule,))


def _typed() -> RetentionRule:
    return RetentionRule(*(int(fields.value(fields.key(_field(limit))) or 0) for limit in LIMITS))


def _field(limit: str) -> str:
    return f"{fields.TAB}keep_{limit}"


def _automatic_deletion(rule: RetentionRule, deleted: int) -> str:
    rules = []
    if rule.sessions_days:
        rules.append(f"sessions after {counted(rule.sessions_days, 'day')}")
    if rule.recordings_days:
        rules.append(f"recordings after {counted(rule.recordings_days, 'day')}")
    if rule.recordings_mb:
        rules.append(f"the oldest recordings above {rule.recordings_mb:,} MB")
    waiting = f" {counted(deleted, 'deleted session')} can still be restored." if deleted else ""
    mostly = f"Automatic deletion: {', '.join(rules)}." if rules else "Automatic deletion is off (see Options)."
    return f"{mostly} You can restore deleted sessions for one hour.{waiting} Back up with `make backup TO=file.zip`."


def _apply(rule: RetentionRule) -> None:
    """Delete what the preview showed. Does nothing if a number was changed in the same request as the click."""
    if _typed() != rule:
        return
    try:
        deleted = current().retention.apply(rule)
    except GreenroomError as error:
        state.show_error(error)
        return
    what = f"{counted(deleted.sessions, 'session')} and {counted(deleted.recordings, 'recording')}"
    state.show(Banner(f"{what} deleted.", good=True))


def _vacuum() -> None:
    try:
        current().retention.vacuum()
    except GreenroomError as error:
        state.show_error(error)
        return
    state.show(Banner("Database compacted.", good=True))
