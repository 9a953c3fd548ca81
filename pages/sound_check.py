"""Sound check: before a demo, see that this browser, this microphone and this speaker are fit for a call."""

import streamlit as st

from components.join.sound_check import draw_browser, draw_microphone

st.title("Sound check")
st.caption("Two minutes before a demo. What you choose here, the stage uses too.")
st.subheader("This browser")
device = draw_browser()
st.subheader("Hear yourself")
draw_microphone(device)
