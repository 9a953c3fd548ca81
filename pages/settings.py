"""Settings: where agents run, credentials, engines, data retention and options. Never shows a secret's value."""

import os

import streamlit as st

from components.settings import alerts, offline_brain, retention
from components.settings.api_keys import draw_api_keys
from components.settings.credentials import draw_credentials
from components.settings.key_consents import draw_key_consents
from components.shell import error_text, field_errors, fields, formatting, tester
from greenroom.catalog.secrecy import without_secrets
from greenroom.errors import InvalidInput, TwinUnavailable
from greenroom.options import OPTIONS
from greenroom.services import current

config = current().config
st.title("Settings")
st.header("Where agents run")
if config.on_twin:
    st.markdown("Agents run on the **offline twin** of Agora, on this computer. No account needed.")
    st.caption("To run agents in Agora's cloud, set AGORA_APP_ID and AGORA_APP_CERTIFICATE and restart Greenroom.")
else:
    st.markdown(f"Agents run **in Agora's cloud**, project …{config.app_id[-4:]}, area {config.area}.")
if config.on_twin:
    offline_brain.draw()
st.header("You")


def _keep_name() -> None:
    field_errors.clear("tester")
    try:
        tester.keep_person(fields.value(fields.key("your_name")))
    except InvalidInput as error:
        field_errors.tell("tester", error)


name = st.text_input(
    "Your name",
    fields.shown("your_name", tester.person()),
    key=fields.key("your_name"),
    on_change=_keep_name,
    placeholder="Shown on your sessions",
    width=340,
    help="Remembered by this browser. With sign-in enabled, your account name is used instead.",
)
field_errors.draw("tester", "name", name)
st.header("Credentials")
st.caption("Vendor API keys, stored on the server. Their values never appear in pages, logs, links or exports.")
draw_credentials()
draw_key_consents()
draw_api_keys()
retention.draw()
alerts.draw()
st.header("Offline twin")
try:
    engines = current().twin.health().get("engines", {})
    if isinstance(engines, dict):
        parts = (f"**{formatting.plain(str(part).capitalize())}** {formatting.plain(str(one))}" for part, one in engines.items())
        st.markdown("  \n".join(parts))
except TwinUnavailable as error:
    st.warning(error_text.as_markdown(error), icon=":material/power_off:")
st.header("Options")
variables = st.expander("Environment variables, read at startup", key="options", on_change="rerun")
if variables.open:  # closed, the table costs nothing
    variables.dataframe(
        [
            {
                "Variable": option.env,
                "Set": bool(os.environ.get(option.env)),
                "Value": "hidden" if option.secret else without_secrets(os.environ.get(option.env) or option.default or "–"),
                "Description": option.help,
            }
            for option in OPTIONS
        ],
        hide_index=True,
    )
