"""The prompt's fields and aids on a page of their own; the draft lives in the session."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.shell import state
from components.studio.prompt_editor import draw_prompt_aids
from components.studio.vendor_form import Form, draw_group, typed_values
from greenroom.catalog import rules
from greenroom.catalog.conversation import PROMPT
from greenroom.model.agent import AgentId

AGENT = AgentId("a1")


def change(changes: Mapping[str, Any]) -> None:
    st.session_state["saved"] = {**typed_values(AGENT, st.session_state["saved"]), **changes}
    state.forget_fields(AGENT, *changes)


values = st.session_state["saved"] = typed_values(AGENT, st.session_state["saved"])
form = Form(AGENT, values, rules.check(values), frozenset(), change)
draw_group(form, PROMPT)
draw_prompt_aids(form)
