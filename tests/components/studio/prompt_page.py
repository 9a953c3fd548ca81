"""The prompt's fields and aids on a page of their own; the draft lives in the session."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.studio import draft_fields
from components.studio.prompt_editor import draw_prompt_aids
from components.studio.vendor_form import Form, TextFields, draw_group, typed_values
from greenroom.catalog import rules
from greenroom.catalog.conversation import PROMPT
from greenroom.model.agent import AgentId

AGENT = AgentId("a1")


def change(changes: Mapping[str, Any]) -> None:
    st.session_state["saved"] = {**typed_values(AGENT, st.session_state["saved"]), **changes}
    draft_fields.forget_fields(AGENT, *changes)


values = st.session_state["saved"] = typed_values(AGENT, st.session_state["saved"])
texts = TextFields(1, "", lambda: st.session_state["saved"], lambda: None)
form = Form(AGENT, values, rules.check(values), frozenset(), change, texts)
draw_group(form, PROMPT)
draw_prompt_aids(form)
