"""The Studio: edit an agent, launch it, and apply changes during a call."""

from functools import partial

import streamlit as st

from components.shell import state
from components.studio import launching, saving
from components.studio.action_bar import action_bar
from components.studio.agent_head import draw_head
from components.studio.avatar_gallery import draw_avatar_gallery, draw_faces, draw_vendors
from components.studio.drafts import conflict_bar, emptied_bar
from components.studio.key_consent import consent_bar
from components.studio.links import offer_bar
from components.studio.prompt_editor import draw_prompt_aids
from components.studio.template_gallery import open_template_gallery
from components.studio.tools_panel import draw_tools
from components.studio.vendor_form import Form, TextFields, draw_found, draw_group
from components.studio.voice_preview import draw_voices
from greenroom.catalog import rules
from greenroom.catalog.conversation import GROUPS
from greenroom.catalog.templates import Template
from greenroom.services import current


def new_agent(template: Template) -> None:
    saving.autosave(launching.selected_agent())
    state.choose_agent(current().agents.create(template).id)


selected = launching.selected_agent()
draft = saving.autosave(selected, drawn_next=True)
search = draw_head(selected, partial(open_template_gallery, new_agent))
with st.container(key="bars"):  # there even when empty, so that what is below stays where it is
    offer_bar(selected)
    conflict_bar(selected)
    consent_bar(draft.settings)
    emptied_bar(selected)
values = draft.settings
faults = current().agents.problems(draft)
action_bar(selected)
texts = TextFields(
    draft.revision, current().texts.capability(selected), lambda: saving.autosave(selected).settings, launching.apply_if_live
)
session = launching.live_session()
in_call = session is not None and session.agent_id == selected
keys = current().credentials.names_set()
form = Form(selected, values, faults, keys, partial(saving.change, selected), texts, in_call, rules.hints(values))
if search.strip():
    draw_found(form, search)
else:
    # Only the open tab is drawn: every element costs a message, and most of a rerun is messages.
    tabs = st.tabs([g.label for g in GROUPS], key="setting_group", on_change="rerun")
    for tab, group in zip(tabs, GROUPS, strict=True):
        if not tab.open:
            continue
        with tab:
            st.caption(group.help)
            if "tts" in group.roles:
                draw_voices(form)
            if group.id == "avatar":
                draw_faces(form)
                draw_vendors(form)
            if group.id == "tools":
                draw_tools(selected, values)
            draw_group(form, group)
            if group.id == "prompt":
                draw_prompt_aids(form)
            if group.id == "avatar":
                draw_avatar_gallery(form)
