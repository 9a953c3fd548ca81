"""The plain fields of the Studio's form in a page that AppTest draws. Only the open tab's are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

from components.studio import draft_fields
from greenroom.catalog.conversation import GROUPS
from greenroom.model.agent import AgentId


def open_tab(test: AppTest, key: str) -> None:
    """Open the tab that has this setting, or that is named so."""
    start = key.partition(".")[0]
    group = next(g for g in GROUPS if start in (g.id, g.label, *g.roles))
    if "setting_group" in test.session_state and test.session_state["setting_group"] != group.label:
        test.session_state["setting_group"] = group.label
        test.run()


def field(test: AppTest, agent: AgentId, key: str) -> Any:
    """The widget of a setting or of the agent's name, in the tab where it is."""
    wanted = draft_fields.field_name(agent, key)
    found = next(_drawn(test, wanted), None)
    if found is None:
        open_tab(test, key)
        found = next(_drawn(test, wanted))
    return found


def _drawn(test: AppTest, wanted: str) -> Iterator[Any]:
    kinds = (
        test.text_area,
        test.text_input,
        test.slider,
        test.number_input,
        test.toggle,
        test.selectbox,
        test.multiselect,
        test.button_group,
    )
    return (w for kind in kinds for w in kind if (w.key or "").partition("@")[0] == wanted)
