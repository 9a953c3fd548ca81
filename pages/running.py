"""Running: every agent that runs in this project now, for how long and at what cost; stop one, or all."""

import streamlit as st

from components.settings import running_agents
from greenroom.services import current

REFRESH_S = 3


@st.fragment(run_every=REFRESH_S)
def live() -> None:
    overview = current().running.overview()
    if overview.problem:
        st.warning(f"Agora's list could not be had; this is what was started here. {overview.problem}", icon=":material/cloud:")
    if overview.agents:
        running_agents.draw(overview.agents)
    else:
        st.info("No agent is running. Launch one in the Studio: it is listed here until it has left.", icon=":material/bedtime:")
        st.page_link("pages/studio.py", label="Open the Studio", icon=":material/tune:")


def caps() -> None:
    config, use = current().config, current().calls.allowance.use()
    minutes = f"{use.seconds // 60:,}" + (f" of {config.max_day_s // 60:,}" if config.max_day_s else "")
    money = f"${use.cost:,.2f}" + (f" of ${config.max_day_cost:,.2f}" if config.max_day_cost else "")
    with st.container(horizontal=True, gap="large"):
        st.metric("Minutes in 24 hours", minutes, width="content")
        if config.place == "cloud":
            st.metric("Cost in 24 hours", money, width="content", help="At Agora's published price, without your vendors'")
        st.metric("Agents at once", f"at most {config.max_agents}", width="content")
        st.metric("Longest call", f"{config.max_call_s // 60} min", width="content")
    st.caption("Caps are set where Greenroom is started: see Settings. At a cap the agent says goodbye, then the call ends.")


st.title("Running")
live()
st.subheader("Caps")
caps()
