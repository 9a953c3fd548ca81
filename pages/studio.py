"""The Studio: edit an agent, launch it, apply changes while it talks."""

from functools import partial

import streamlit as st

from components import launching, state
from components.action_bar import action_bar
from components.prompt_editor import draw_prompt_aids
from components.template_gallery import open_template_gallery
from components.vendor_form import Form, draw_found, draw_group
from components.voice_booth import draw_voice_booth
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.templates import Template
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.services import current


def rename(agent: AgentId) -> None:
    try:
        current().agents.rename(agent, state.field(agent, "agent.name") or "")
    except GreenroomError as error:
        state.show_error(error)


def switch_agent() -> None:
    state.choose_agent(st.session_state["pick_agent"])


def new_agent(template: Template) -> None:
    state.choose_agent(current().agents.create(template).id)


def head(agent: AgentId) -> None:
    agents = {a.id: a.name for a in current().agents.list()}
    state.fill_field(agent, "agent.name", agents.get(agent, ""))
    name, pick, add = st.columns([5, 4, 1], vertical_alignment="bottom")
    name.text_input("Name", key=state.field_key(agent, "agent.name"), max_chars=80, on_change=rename, args=(agent,))
    st.session_state["pick_agent"] = agent
    pick.selectbox("Agent", list(agents), format_func=agents.__getitem__, key="pick_agent", on_change=switch_agent)
    if add.button("", icon=":material/add:", key="new_agent", width="stretch", help="New agent"):
        open_template_gallery(new_agent)


def conflict_bar(agent: AgentId) -> None:
    """Two tabs edited the same agent: neither overwrites the other without being told to."""
    if current().agents.draft(agent).revision == launching.loaded_draft(agent).revision:
        return
    st.warning("This agent was changed in another tab. What you typed is still here.", icon=":material/sync_problem:")
    with st.container(horizontal=True):
        st.button("Load the newer", key="load_newer", on_click=launching.use_newer_draft, args=(agent,))
        st.button("Keep mine", key="keep_mine", on_click=launching.keep_my_draft, args=(agent,))


selected = launching.selected_agent()
st.title("Studio")
head(selected)
draft = launching.autosave(selected)
conflict_bar(selected)
values = draft.settings
faults = current().agents.problems(draft)
action_bar(selected)
keys_set = frozenset(name for name, key in current().config.credentials.items() if key)
form = Form(selected, values, faults, keys_set, partial(launching.change, selected))
wanted = st.text_input(
    "Find a setting", key="find", placeholder="Find a setting", icon=":material/search:", label_visibility="collapsed"
)
if wanted.strip():
    draw_found(form, wanted)
else:
    tabs = st.tabs([g.label for g in GROUPS])
    for tab, group in zip(tabs, GROUPS, strict=True):
        with tab:
            st.caption(group.help)
            draw_group(form, group)
            if group.id == "prompt":
                draw_prompt_aids(form)
            if "tts" in group.roles:
                draw_voice_booth(form)
launching.autosave(selected)
