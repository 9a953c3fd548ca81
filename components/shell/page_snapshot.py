"""Compares what a tab shows around the Studio's form, to decide whether a change in the form redraws the whole page."""

from __future__ import annotations

from typing import Any

from components.shell import fields, state


def of_tab() -> tuple[Any, ...]:
    """The state around the form that code can change, apart from the agent's settings."""
    chosen = state.agent_id(), fields.turn("find"), fields.turn("pick_agent")
    return (state.notice(), state.panel(), state.ticket(), state.answered_launch(), *chosen)


def drawn() -> tuple[Any, ...] | None:
    """What was shown when the page was drawn last."""
    return fields.drawn_form().around


def keep_drawn(now: tuple[Any, ...]) -> None:
    """Keep what the page shows now, for :func:`drawn`."""
    fields.drawn_form().around = now
