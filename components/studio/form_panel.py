"""The Studio's form as a fragment. A changed setting redraws it alone, or the whole page if that would look different."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.shell import error_text, page_snapshot, run_scope
from components.shell.fragment import fragment
from components.shell.stage_data import about_draft
from components.studio import draft_fields, drafts, launching, saving
from components.studio.avatar_gallery import draw_avatar_gallery, draw_faces, draw_vendors
from components.studio.private_hosts import draw_private_hosts
from components.studio.prompt_editor import draw_prompt_aids
from components.studio.tools_panel import draw_tools
from components.studio.vendor_form import Form, TextFields, draw_found, draw_group
from components.studio.voice_preview import draw_voices
from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.spec import Group
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.services import current


def draw_form(agent: AgentId, search: str, history: DeltaGenerator) -> None:
    """Draw the settings, or those that ``search`` finds; undo and redo, which change with every setting, into ``history``."""
    with run_scope.one_run():
        fragment(_drawn)(agent, search, history)


def _drawn(agent: AgentId, search: str, history: DeltaGenerator) -> None:
    if run_scope.is_drawing():
        _draw(agent, search, history)
        page_snapshot.keep_drawn(_snapshot(agent))
        return
    try:
        with run_scope.one_run():
            if _snapshot(agent) != page_snapshot.drawn():
                st.rerun()
            _draw(agent, search, history)
    except GreenroomError as error:
        error_text.draw(error)


def _snapshot(agent: AgentId) -> tuple[Any, ...]:
    """What the page shows outside of the form and a click in the form can change."""
    view, session = saving.view(agent), launching.live_session()
    return (
        *page_snapshot.of_tab(),
        view.draft.revision == view.stored.revision,
        view.emptied,
        saving.problems(view.draft),
        dict(about_draft(view.draft)),
        None if session is None else (session.id, session.state, dict(current().calls.pending_changes(session.id))),
    )


def _draw(agent: AgentId, search: str, history: DeltaGenerator) -> None:
    with history:
        drafts.draw_undo_redo(agent)
    form = _form(agent)
    if search.strip():
        draw_found(form, search)
    else:
        _tabs(form)
    draft_fields.form_is_drawn()


def _tabs(form: Form) -> None:
    # Only the open tab is drawn: every element costs a message, and most of a rerun is messages.
    tabs = st.tabs([g.label for g in GROUPS], key="setting_group", on_change="rerun")
    for tab, group in zip(tabs, GROUPS, strict=True):
        if tab.open:
            with tab:
                _group(form, group)


def _form(agent: AgentId) -> Form:
    draft, session = saving.view(agent).draft, launching.live_session()
    texts = TextFields(
        draft.revision, current().texts.capability(agent), lambda: saving.autosave(agent).settings, launching.apply_if_live
    )
    return Form(
        agent=agent,
        values=draft.settings,
        problems=saving.problems(draft),
        credentials=current().credentials.names_set(),
        change=partial(saving.change, agent),
        texts=texts,
        in_call=session is not None and session.agent_id == agent,
        hints=rules.hints(draft.settings),
    )


def _group(form: Form, group: Group) -> None:
    st.caption(group.help)
    if "tts" in group.roles:
        draw_voices(form)
    if group.id == "avatar":
        draw_faces(form)
        draw_vendors(form)
    if group.id == "tools":
        draw_tools(form.agent, form.values)
    if "llm" in group.roles:
        draw_private_hosts(form.agent, form.values, model_alone=True)
    draw_group(form, group)
    if group.id == "prompt":
        draw_prompt_aids(form)
    if group.id == "avatar":
        draw_avatar_gallery(form)
