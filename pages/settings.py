"""Settings: what this installation is configured with. Names and whether they are set; never a value of a secret."""

import os

import streamlit as st

from components.settings import retention
from components.settings.credentials import draw_credentials
from components.shell import state
from greenroom.config import OPTIONS
from greenroom.errors import TwinUnavailable
from greenroom.services import current

config = current().config
st.title("Settings")
st.subheader("Where agents run")
if config.place == "twin":
    st.markdown("Agents run on the **offline twin** of Agora, on this machine. No account is needed.")
    st.caption("To run the same clicks in Agora's cloud, set AGORA_APP_ID and AGORA_APP_CERTIFICATE and start Greenroom again.")
else:
    st.markdown(f"Agents run **in Agora's cloud**, project …{config.app_id[-4:]}, area {config.area}.")
st.subheader("You")
typed = st.text_input(
    "Your name",
    state.person(),
    max_chars=80,
    placeholder="Stands with the sessions you hold",
    width=340,
    help="Kept for this tab; where people log in, it is their account",
)
state.keep_person(typed)
st.subheader("Credentials")
st.caption("Keys of vendors, by name. They stay on the server: no page, log, link or export ever holds a value.")
draw_credentials()
retention.draw()
st.subheader("The twin")
try:
    engines = current().twin.health().get("engines", {})
    if isinstance(engines, dict):
        st.dataframe([{"Part": part.capitalize(), "Engine": engine} for part, engine in engines.items()], hide_index=True)
except TwinUnavailable as error:
    st.warning(f"{error} {error.advice}", icon=":material/power_off:")
st.subheader("Options")
st.caption("Read from the environment at start.")
st.dataframe(
    [
        {
            "Variable": option.env,
            "Set": bool(os.environ.get(option.env)),
            "Value": "hidden" if option.secret else os.environ.get(option.env) or option.default or "–",
            "What it is for": option.help,
        }
        for option in OPTIONS
    ],
    hide_index=True,
)
