"""The Studio: edit an agent, launch it, and apply changes during a call."""

from functools import partial

import streamlit as st

from components.shell import state
from components.studio import launching, saving
from components.studio.action_bar import action_bar
from components.studio.agent_head import draw_head
from components.studio.drafts import conflict_bar, emptied_bar
from components.studio.form_panel import draw_form
from components.studio.key_consent import consent_bar
from components.studio.links import offer_bar
from components.studio.template_gallery import open_template_gallery
from greenroom.catalog.templates import Template
from greenroom.services import current


def new_agent(template: Template) -> None:
    """For callbacks. What is typed for the selected agent is saved first; the new one is selected."""
    saving.autosave(launching.selected_agent())
    state.choose_agent(current().agents.create(template).id)


selected = launching.selected_agent()
view = saving.view(selected)
search, history = draw_head(selected, partial(open_template_gallery, new_agent))
with st.container(key="bars"):  # there even when empty, so that what is below stays where it is
    offer_bar(selected)
    conflict_bar(view)
    consent_bar(view.draft.settings)
    emptied_bar(view)
action_bar(selected, saving.problems(view.draft))
draw_form(selected, search, history)
