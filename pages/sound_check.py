"""Sound check: test the browser, microphone and speaker before a call."""

import streamlit as st

from components.join.sound_check import draw_browser, draw_microphone

st.title("Sound check")
st.caption("Test your browser, microphone and speaker before a demo. The devices you choose here are used in calls.")
st.header("Browser and devices")
device = draw_browser()
st.header("Microphone test")
draw_microphone(device)
