"""What a tab shows around the Studio's form, to tell whether a change in the form needs the whole page."""

from __future__ import annotations

from typing import Any

from components.shell import fields, state


def of_tab() -> tuple[Any, ...]:
    """What code can change outside of the form, whatever the agent's settings are."""
    chosen = state.agent_id(), fields.turn("find"), fields.turn("pick_agent")
    return (state.notice(), state.panel(), state.ticket(), state.answered_launch(), *chosen)


def drawn() -> tuple[Any, ...] | None:
    """What was shown when the page was drawn last."""
    return fields.drawn_form().around


def keep_drawn(now: tuple[Any, ...]) -> None:
    fields.drawn_form().around = now
