"""Changing the whole draft at once: undo, redo, restore, apply a link; and what to do when another tab was quicker."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.shell import state
from components.shell.formatting import plain
from components.studio import diff_view, launching
from components.studio.vendor_form import typed_values
from greenroom.catalog import rules
from greenroom.catalog.compare import compare
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Draft, Step
from greenroom.services import current

#: So many names are read at a glance; the rest is a number.
NAMED = 4


def replace(agent: AgentId, work: Callable[[Draft], Draft]) -> bool:
    """Save what stands in the form, then let ``work`` make another draft of it, which the form shows. False when it failed,
    which is then told."""
    before = launching.autosave(agent)
    try:
        after = work(before)
    except GreenroomError as error:
        state.show_error(error)
        return False
    keys = {*before.settings, *after.settings}
    changed = [key for key in keys if repr(before.settings.get(key)) != repr(after.settings.get(key))]
    if changed:
        state.forget_fields(agent, *changed)
    state.remember_draft(after)
    return True


def undo(agent: AgentId) -> None:
    replace(agent, lambda draft: current().agents.undo(agent, draft.revision))


def redo(agent: AgentId) -> None:
    replace(agent, lambda draft: current().agents.redo(agent, draft.revision))


def draw_undo_redo(agent: AgentId) -> None:
    """Two buttons that say what they would do."""
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
    return f"{verb}: {plain(step.what or listed([rules.label_of(key) for key in step.keys]))}"


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")


def conflict_bar(agent: AgentId) -> None:
    """Two tabs edited the same agent: neither overwrites the other without being told to. Says what differs."""
    held, saved = launching.loaded_draft(agent), current().agents.draft(agent)
    if saved.revision == held.revision:
        return
    found = compare(saved.settings, typed_values(agent, held.settings))
    what = f"These settings differ: {plain(listed([d.label for d in found]))}." if found else "Nothing that applies differs."
    st.warning(f"This agent was changed in another tab. What you typed is still here. {what}", icon=":material/sync_problem:")
    with st.container(horizontal=True):
        st.button("Load the newer", key="load_newer", on_click=launching.use_newer_draft, args=(agent,))
        st.button("Keep mine", key="keep_mine", on_click=launching.keep_my_draft, args=(agent,))
    if found:
        with st.expander("What differs", icon=":material/difference:"):
            st.caption("Struck through: saved by the other tab. Underlined: what stands here.")
            diff_view.draw(found)
