"""Running agents: every agent running in this project, its duration and cost, with controls to stop one or all."""

import streamlit as st

from components.settings import running_agents
from components.shell import error_text
from components.shell.formatting import inline
from components.shell.fragment import refreshed
from components.shell.reader import for_reader
from greenroom.services import current

REFRESH_S = 3


@refreshed(REFRESH_S)
def live() -> None:
    """The list, drawn again every ``REFRESH_S`` seconds."""
    overview = current().running.overview()
    if overview.problem:
        why = inline(error_text.masked(overview.problem))
        st.warning(f"Couldn't load Agora's agent list, so only agents started here are shown. {why}", icon=":material/cloud:")
    if overview.agents:
        running_agents.draw(overview.agents)
    else:
        st.info("No agents are running. Launch one in the Studio to see it here.", icon=":material/bedtime:")
        st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")


def caps() -> None:
    """Use of the last 24 hours beside the limits; cost on Agora's cloud."""
    config, use = current().config, current().calls.limits.use()
    minutes = f"{use.seconds // 60:,}" + (f" of {config.max_day_s // 60:,}" if config.max_day_s else "")
    money = f"${use.cost:,.2f}" + (f" of ${config.max_day_cost:,.2f}" if config.max_day_cost else "")
    with st.container(horizontal=True, gap="large"):
        st.metric("Minutes, last 24 hours", minutes, width="content")
        if config.on_cloud:
            st.metric(
                "Cost, last 24 hours",
                money,
                width="content",
                help="At Agora's published price, excluding your vendors' charges",
            )
        st.metric("Concurrent agents", f"{config.max_agents} max", width="content")
        st.metric("Max call length", f"{config.max_call_s // 60} min", width="content")
    limits = for_reader("Limits are set with environment variables; see Options in Settings.")
    st.caption(f"{limits} When a limit is reached, the agent says goodbye and the call ends.")


st.title("Running agents")
live()
st.header("Limits")
caps()
