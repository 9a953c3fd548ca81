"""The table of the audit log with its filters and the CSV export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import streamlit as st

from components.settings.audit_labels import actions_like, words_of
from components.shell import fields
from components.shell.formatting import local
from components.shell.spreadsheet import safe_row
from greenroom.model.audit import AUDIT_KINDS, AuditKind, AuditQuery
from greenroom.services import current, current_for_later, member

PAGE_SIZE = 100
_KINDS: Mapping[AuditKind, str] = {
    "launched": "Launched or ended",
    "changed": "Changed",
    "shared": "Shared",
    "deleted": "Deleted",
    "exported": "Exported",
    "access": "Keys and credentials",
}
_SINCE = {0: "Any time", 1: "Last 24 hours", 7: "Last 7 days", 30: "Last 30 days"}


def draw() -> None:
    """Draw filters and one page of entries, newest first. The export has all entries that match."""
    query = _filters()
    services = current_for_later()
    count = services.audit.count(query)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count:,} {'entry' if count == 1 else 'entries'}", width="stretch")
        st.download_button(
            "Export CSV",
            data=lambda: services.audit.csv(query),
            file_name="audit-log.csv",
            mime="text/csv",
            icon=":material/download:",
            key="audit_csv",
            on_click="ignore",
        )
    if not count:
        st.info(_why_empty(query))
        return
    pages = -(-count // PAGE_SIZE)
    page = 1 if pages == 1 else int(st.number_input("Page", 1, pages, key=fields.key("audit_page"), width=140))
    _table(query, (page - 1) * PAGE_SIZE)


def _why_empty(query: AuditQuery) -> str:
    if query != AuditQuery():
        return "No entries match these filters."
    if member() is None:
        return "This studio runs without sign-in. The log begins when sign-in is set up."
    return "Nothing has been done yet."


def _filters() -> AuditQuery:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input("Search", key=fields.key("audit_text"), placeholder="Who, action or ID", width=180)
        kinds = st.multiselect(
            "What", AUDIT_KINDS, format_func=lambda kind: _KINDS[kind], key=fields.key("audit_kinds"), width=210
        )
        days = st.selectbox("When", list(_SINCE), format_func=lambda one: _SINCE[one], key=fields.key("audit_since"), width=150)
    since = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=days) if days else None
    return AuditQuery(tuple(kinds), text, since, actions_like(text))


def _table(query: AuditQuery, offset: int) -> None:
    st.dataframe(
        [
            safe_row(
                {
                    "When": local(one.last_at).replace(tzinfo=None),
                    "Who": _who(one.actor),
                    "Action": words_of(one.action),
                    "Subject": one.subject,
                    "Times": one.times,
                }
            )
            for one in current().audit.page(query, offset, PAGE_SIZE)
        ],
        hide_index=True,
        column_config={
            "When": st.column_config.DatetimeColumn(format="MMM D, YYYY, HH:mm:ss"),
            "Who": st.column_config.TextColumn(width=130),
            "Action": st.column_config.TextColumn(width=140),
            "Subject": st.column_config.TextColumn(width=90),
        },
    )


def _who(actor: str) -> str:
    """A member's email, or the name of an API key, which is stored as ``api_key:name/id``."""
    kind, _, key = actor.partition(":")
    return f"{key.rpartition('/')[0] or key} (API key)" if kind == "api_key" else actor
