"""Audit log: what members and API keys launched, changed, shared, deleted and exported, for admins to read."""

import streamlit as st

from components.settings import audit_log

st.title("Audit log")
audit_log.draw()
