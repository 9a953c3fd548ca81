"""The versions dialog: name, compare and restore an agent's versions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.rehearse import labels
from components.share import version_badges
from components.shell import field_errors, fields, state
from components.shell.formatting import date_and_time, first_names, plain
from components.studio import diff_view, drafts, saving, version_comments
from greenroom.catalog.compare import compare
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings, Version, VersionId
from greenroom.plurals import counted
from greenroom.services import current

DRAFT = "draft"
VIEWS = ("History", "Compare")


@st.dialog("Versions", width="large", icon=":material/history:", on_dismiss=state.close_panel)
def draw_versions(agent: AgentId) -> None:
    """Draw the dialog until it is dismissed or a version is restored."""
    versions = current().agents.versions.of(agent)
    if not versions:
        st.info(
            "No versions yet. Each launch saves a version that you can name, compare and restore here.", icon=":material/history:"
        )
        return
    shown, key = fields.shown("versions_view", VIEWS[0], VIEWS), fields.key("versions_view")
    view = st.segmented_control("View", VIEWS, default=shown, key=key, required=True, label_visibility="collapsed")
    if view == VIEWS[1]:
        _comparison(agent, versions)
    else:
        _history(agent, versions)


def restore(agent: AgentId, version_id: VersionId, number: int) -> None:
    """Restore a version as the draft; can be undone."""
    state.close_panel()
    if drafts.replace(agent, lambda draft: current().agents.versions.restore(version_id, draft.revision)):
        drafts.offer_undo(agent, f"Version {number} restored as the draft.")


def _history(agent: AgentId, versions: Sequence[Version]) -> None:
    counts = current().agents.versions.session_counts(agent)
    badges = current().rehearsals.results.badges(agent, [version.id for version in versions[: state.versions_shown()]])
    comments = current().comments.counts([version.id for version in versions[: state.versions_shown()]])
    draft = saving.loaded_draft(agent).settings
    _row(agent, "Draft", _changes(versions[0].settings, draft, versions[0].number))
    shown = state.versions_shown()
    for version, before in zip(versions[:shown], [*versions[1:], None], strict=False):
        sessions = counts.get(version.id, 0)
        facts = f"{date_and_time(version.created_at)} · {counted(sessions, 'session')}"
        changes = _changes(before.settings, version.settings, before.number) if before else "First version."
        tested = f"{labels.badge(badges[version.id])} · " if version.id in badges else ""
        _row(agent, f"Version {version.number}", f"{tested}{facts} · {changes}", version, comments.get(version.id, 0))
    if len(versions) > shown:
        st.button(f"Show older ({len(versions) - shown})", key="more_versions", on_click=state.show_more_versions)


def _row(agent: AgentId, title: str, facts: str, version: Version | None = None, comments: int = 0) -> None:
    with st.container(border=True, gap="small"):
        if version is None:
            st.markdown(f"**{title}**")
        else:
            with st.container(horizontal=True, vertical_alignment="bottom"):
                _version_row(agent, title, version)
                version_comments.draw(version.id, comments)
        st.caption(plain(facts))


def _version_row(agent: AgentId, title: str, version: Version) -> None:
    key = f"version_name/{version.id}"
    with st.container():
        typed = st.text_input(
            title, value=version.name, key=key, placeholder="Name this version", on_change=_name, args=(version.id, key)
        )
        field_errors.draw(key, "name", typed)
    st.button(
        "Compare",
        icon=":material/difference:",
        key=f"compare/{version.id}",
        help="With the draft",
        on_click=state.choose_compared,
        args=(agent, version.id, DRAFT),
    )
    if st.button(
        "Restore",
        icon=":material/restore:",
        key=f"restore/{version.id}",
        help="Replaces the draft with this version. You can undo it.",
        on_click=restore,
        args=(agent, version.id, version.number),
    ):
        st.rerun()  # the page, not only the dialog


def _name(version_id: VersionId, key: str) -> None:
    field_errors.clear(key)
    try:
        current().agents.versions.name(version_id, fields.value(key))
    except GreenroomError as error:
        field_errors.tell(key, error)


def _changes(old: Settings, new: Settings, number: int) -> str:
    changed = [difference.label for difference in compare(old, new)]
    return f"Changes since version {number}: {first_names(changed)}" if changed else f"No changes since version {number}."


def _comparison(agent: AgentId, versions: Sequence[Version]) -> None:
    names = {DRAFT: "Draft"} | {v.id: f"Version {v.number}{f' · {v.name}' if v.name else ''}" for v in versions}
    settings = {DRAFT: saving.loaded_draft(agent).settings} | {v.id: v.settings for v in versions}
    chosen = []
    for column, name, label, first in zip(
        st.columns(2), state.compared(agent), ("From", "To"), (versions[0].id, DRAFT), strict=True
    ):
        at = list(names).index(fields.shown(name, first, names))
        picked = column.selectbox(label, list(names), at, format_func=names.__getitem__, key=fields.key(name))
        version_badges.draw_short(agent, picked, column)
        chosen.append(picked)
    differences = compare(*(settings[version] for version in chosen))
    if not differences:
        st.caption("No effective differences.")
        return
    st.caption(
        f"{counted(len(differences), 'setting')} differ{'s' if len(differences) == 1 else ''}. "
        "Struck through: first only. Underlined: second only."
    )
    diff_view.draw(differences)
