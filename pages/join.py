"""Join a channel: join any channel with its name and token to talk with agents started elsewhere."""

import streamlit as st

from components.join import guest_join

st.title("Join a channel")
st.caption("Talk to agents started elsewhere: Agora Console, curl or your own backend.")
guest_join.draw()
