"""Join by hand: sit in any channel with its id and token, and meet whoever comes and goes there."""

import streamlit as st

from components.join import guest_join

st.title("Join by hand")
st.caption("For agents that others start: from Agora's console, from curl, from your own backend. They come and go; you stay.")
guest_join.draw()
