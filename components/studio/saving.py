"""Save an agent's form: once per run, and before each action that depends on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from components.shell import run_scope, state
from components.shell.uninterrupted import uninterrupted
from components.studio import draft_fields
from components.studio.vendor_form import typed_values
from greenroom.catalog import rules
from greenroom.catalog.payload import is_empty
from greenroom.errors import Conflict, Problem
from greenroom.model.agent import AgentId, Draft, Settings
from greenroom.services import current
from greenroom.services.agents import draft_texts

#: How often a save is tried: the field of a long text may save the draft at the same time.
SAVE_TRIES = 3
#: From this length on, clearing a text may need a confirmation.
LONG_CHARS = 40


def loaded_draft(agent: AgentId) -> Draft:
    """The draft in this tab, loaded from the database on first use.

    Adopts a newer draft if just long texts of this tab changed, since their fields save themselves.
    """
    return held_and_stored(agent)[0]


@uninterrupted()
def held_and_stored(agent: AgentId, drawn_next: bool = False) -> tuple[Draft, Draft]:
    """:func:`loaded_draft`, and the draft in the database; they differ after another tab's save.

    With ``drawn_next`` another tab's texts are adopted, too, because the page is about to show them.
    """
    mine = state.drafts()
    loaded, stored = mine.get(agent), current().agents.draft(agent)
    if loaded is None or _may_follow(loaded, stored, drawn_next):
        loaded = mine[agent] = stored
    return loaded, stored


def _may_follow(loaded: Draft, stored: Draft, drawn_next: bool) -> bool:
    if loaded.revision == stored.revision:
        return False
    if drawn_next:
        return draft_texts.only_texts_moved(loaded, stored)
    return current().texts.only_saved_by(state.tab_id(), loaded, stored)


@dataclass(frozen=True, slots=True)
class DraftView:
    """The draft as this run shows it, everything typed saved. ``stored`` is another one after a conflict with another tab;
    ``emptied`` are the long fields that a save would clear, so that it waits for an answer."""

    draft: Draft
    stored: Draft
    emptied: tuple[str, ...] = ()


def view(agent: AgentId) -> DraftView:
    """Save the form and read the draft, once per run. A tab in which nothing was typed follows what another one saved."""
    return run_scope.once(("draft", agent), lambda: _saved(agent, drawn_next=True))


def problems(draft: Draft) -> tuple[Problem, ...]:
    """The problems that keep this draft from being launched, checked once per run."""
    return run_scope.once(("problems", draft.agent_id), lambda: current().agents.problems(draft))


def autosave(agent: AgentId) -> Draft:
    """Save changed widget values. On a conflict, the Studio asks which version to keep.

    Asks for confirmation before clearing several long fields at once: see :func:`emptied`.
    """
    return _saved(agent).draft


@uninterrupted()
def _saved(agent: AgentId, drawn_next: bool = False) -> DraftView:
    mine = state.drafts()
    for _ in range(SAVE_TRIES):
        loaded, stored = held_and_stored(agent, drawn_next)
        typed = typed_values(agent, loaded.settings)
        if typed == dict(loaded.settings):
            loaded = _followed(loaded, stored) if drawn_next else loaded
            return DraftView(loaded, stored)
        if gone := emptied(loaded.settings, typed):
            return DraftView(loaded, stored, tuple(gone))
        with suppress(Conflict):  # tried again below
            loaded = mine[agent] = current().agents.save(agent, typed, loaded.revision)
            return DraftView(loaded, loaded)
        again, stored = held_and_stored(agent, drawn_next)
        if again is loaded:
            break  # another setting was saved in another tab
    return DraftView(loaded, stored)


def _followed(loaded: Draft, newer: Draft) -> Draft:
    """The draft as another tab saved it, with the widgets reset to it. For a tab in which nothing was typed."""
    if newer.revision == loaded.revision:
        return loaded
    keys = {*loaded.settings, *newer.settings}
    changed = [key for key in keys if repr(loaded.settings.get(key)) != repr(newer.settings.get(key))]
    plain = [key for key in changed if not draft_texts.is_draft_text(key)]  # a long text follows by itself
    if plain:
        draft_fields.forget_fields(loaded.agent_id, *plain)
    state.remember_draft(newer)
    return newer


def emptied(before: Settings, after: Settings) -> list[str]:
    """The long fields a save would clear, if there is more than one, which is rarely intended."""
    gone = [key for key, value in before.items() if _is_long(value) and is_empty(after.get(key))]
    return gone if len(gone) > 1 else []


def clear_emptied(agent: AgentId) -> None:
    """Save the form with cleared fields after confirmation."""
    mine = state.drafts()
    loaded = loaded_draft(agent)
    try:
        mine[agent] = current().agents.save(agent, typed_values(agent, loaded.settings), loaded.revision)
    except Conflict as conflict:
        state.show_error(conflict)


def _is_long(value: Any) -> bool:
    return len(str(value)) >= LONG_CHARS if isinstance(value, str | list | tuple | Mapping) else False


def save_for_launch(agent: AgentId) -> bool:
    """Save the widget values before a launch. False on a conflict with another tab, with an error shown."""
    for _ in range(SAVE_TRIES):
        if autosave(agent).revision == current().agents.draft(agent).revision:
            return True
    advice = "In the Studio, choose Load their version or Keep my version, then try again."
    state.show_call_error(Conflict("This agent was changed in another tab.", advice=advice))
    return False


@uninterrupted()
def change(agent: AgentId, changes: Mapping[str, Any]) -> None:
    """Save settings that a button changes, after the widget values, and show them in the widgets.

    The named step is undone separately from any typing just before the click.
    """
    mine, what = state.drafts(), ", ".join(rules.label_of(key) for key in changes)

    def save(loaded: Draft) -> Draft:
        return current().agents.save(agent, {**loaded.settings, **changes}, loaded.revision, what)

    try:
        mine[agent] = on_newest(agent, save)
    except Conflict as conflict:
        state.show_error(conflict)
        return
    draft_fields.forget_fields(agent, *changes)


def on_newest(agent: AgentId, work: Callable[[Draft], Draft]) -> Draft:
    """Save the widget values, then run ``work`` on the draft. Retries if a long text was saved in the meantime.

    Raises Conflict after :data:`SAVE_TRIES` tries.
    """
    for _ in range(SAVE_TRIES - 1):
        with suppress(Conflict):  # tried again
            return work(autosave(agent))
    return work(autosave(agent))


def use_newer_draft(agent: AgentId) -> None:
    """Resolve a conflict by loading the other tab's draft."""
    draft_fields.forget_fields(agent)
    state.remember_draft(current().agents.draft(agent))
    state.clear_notice()


def keep_my_draft(agent: AgentId) -> None:
    """Resolve a conflict by saving this tab's draft over the other tab's."""
    drafts, newer = state.drafts(), current().agents.draft(agent)
    typed = draft_texts.with_texts_of(newer, typed_values(agent, loaded_draft(agent).settings))
    try:
        drafts[agent] = current().agents.save(agent, typed, newer.revision, "Keep my version")
    except Conflict as conflict:  # a third tab
        state.show_error(conflict)
        return
    state.clear_notice()
