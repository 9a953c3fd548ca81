"""What a tab shows around the Studio's form, remembered to tell whether a change in the form needs the whole page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.shell import fields, state


def of_tab() -> tuple[Any, ...]:
    """What code can change outside of the form, whatever the agent's settings are."""
    asked = "session_asked_for" in st.session_state, st.session_state.get("brain_asked_for")
    chosen = state.agent_id(), fields.turn("find"), fields.turn("pick_agent")
    return (state.notice(), state.panel(), state.ticket(), state.answered_launch(), *asked, *chosen)


def drawn() -> tuple[Any, ...] | None:
    """What was shown when the page was drawn last."""
    return st.session_state.get("surroundings")


def keep_drawn(now: tuple[Any, ...]) -> None:
    st.session_state["surroundings"] = now
