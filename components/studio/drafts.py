"""Whole-draft changes: undo, redo, restore, apply a link; and conflict resolution between tabs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.shell import state
from components.shell.formatting import first_names, plain
from components.studio import diff_view, draft_fields, saving
from components.studio.vendor_form import typed_values
from greenroom.catalog import rules
from greenroom.catalog.compare import compare
from greenroom.errors import Conflict, GreenroomError
from greenroom.model.agent import AgentId, Draft, Step
from greenroom.services import current
from greenroom.services.agents import draft_texts


def replace(agent: AgentId, work: Callable[[Draft], Draft]) -> bool:
    """Save the form, then let ``work`` change the draft and show the result in the form. False if it failed; the error
    is shown."""
    before = saving.loaded_draft(agent)

    def on_saved(draft: Draft) -> Draft:
        nonlocal before
        before = draft
        return work(draft)

    try:
        after = saving.on_newest(agent, on_saved)
    except GreenroomError as error:
        state.show_error(error)
        return False
    keys = {*before.settings, *after.settings}
    changed = [key for key in keys if repr(before.settings.get(key, "")) != repr(after.settings.get(key, ""))]
    if changed:
        draft_fields.forget_fields(agent, *changed)
        current().texts.take_back(before, after)
    state.remember_draft(after)
    return True


def undo(agent: AgentId) -> None:
    """Undo the newest step, after saving what was typed. For callbacks; an error is shown.

    A banner that offers to undo this step is removed.
    """
    if (offered := state.notice()) is not None and offered.undo is not None:
        state.clear_notice()
    replace(agent, lambda draft: current().agents.undo(agent, draft.revision))


def offer_undo(agent: AgentId, message: str) -> None:
    """Show a banner whose Undo takes back the draft's newest step, which ``message`` names."""
    revision = current().agents.draft(agent).revision
    state.show(state.Banner(message, good=True, undo=partial(_take_back, agent, revision)))


def _take_back(agent: AgentId, revision: int) -> None:
    """Undo the step that led to ``revision``. After a later step nothing is undone, and an error says why."""

    def work(draft: Draft) -> Draft:
        if draft.revision != revision:
            raise Conflict("The draft has changed since then.", advice="Use Undo at the top of the Studio: it names each step.")
        return current().agents.undo(agent, revision)

    replace(agent, work)


def redo(agent: AgentId) -> None:
    """Redo the step that was undone last. For callbacks; an error is shown."""
    replace(agent, lambda draft: current().agents.redo(agent, draft.revision))


def draw_undo_redo(agent: AgentId) -> None:
    """Undo and redo buttons with tooltips that name the change."""
    history = current().agents.history(agent)
    st.button(
        "Undo",
        icon=":material/undo:",
        key="undo",
        type="tertiary",
        disabled=history.undo is None,
        help=_named("Undo", history.undo),
        on_click=undo,
        args=(agent,),
    )
    st.button(
        "Redo",
        icon=":material/redo:",
        key="redo",
        type="tertiary",
        disabled=history.redo is None,
        help=_named("Redo", history.redo),
        on_click=redo,
        args=(agent,),
    )


def _named(verb: str, step: Step | None) -> str:
    if step is None:
        return f"Nothing to {verb.lower()}"
    return f"{verb}: {plain(step.what or first_names([rules.label_of(key) for key in step.keys]))}"


def emptied_bar(view: saving.DraftView) -> None:
    """Ask for confirmation before clearing several long fields; none is saved until then."""
    agent, gone = view.draft.agent_id, view.emptied
    if not gone:
        return
    names = plain(first_names([rules.label_of(key) for key in gone]))
    st.warning(f"This would clear {names}. Nothing is saved until you choose.", icon=":material/backspace:")
    with st.container(horizontal=True):
        st.button("Restore texts", key="bring_texts_back", on_click=draft_fields.forget_fields, args=(agent, *gone))
        st.button("Clear texts", key="clear_texts", on_click=saving.clear_emptied, args=(agent,))


def conflict_bar(view: saving.DraftView) -> None:
    """Show a conflict between two tabs that edited the same agent, with the differences and the choice of version."""
    agent, held, saved = view.draft.agent_id, view.draft, view.stored
    if saved.revision == held.revision:
        return
    differences = compare(saved.settings, draft_texts.with_texts_of(saved, typed_values(agent, held.settings)))
    labels = plain(first_names([difference.label for difference in differences]))
    what = f"These settings differ: {labels}." if differences else "No effective differences."
    st.warning(
        f"This agent was changed in another tab. Your unsaved edits are still here. {what}", icon=":material/sync_problem:"
    )
    with st.container(horizontal=True):
        st.button("Load their version", key="load_newer", on_click=saving.use_newer_draft, args=(agent,))
        st.button("Keep my version", key="keep_mine", on_click=saving.keep_my_draft, args=(agent,))
    if differences:
        with st.expander("Show differences", icon=":material/difference:"):
            st.caption("Struck through: saved in the other tab. Underlined: your version.")
            diff_view.draw(differences)
