"""A Streamlit page without an application, to compare the Studio with: as many elements of each kind as ``BARE_PARTS`` says."""

import json
import os

import streamlit as st

parts = json.loads(os.environ["BARE_PARTS"])
drawn = {
    "button": lambda name: st.button(name, key=name),
    "button_group": lambda name: st.segmented_control(name, ["One", "Two"], key=name),
    "checkbox": lambda name: st.toggle(name, key=name),
    "multiselect": lambda name: st.multiselect(name, ["One", "Two"], key=name),
    "number_input": lambda name: st.number_input(name, key=name),
    "selectbox": lambda name: st.selectbox(name, ["One", "Two"], key=name),
    "slider": lambda name: st.slider(name, 0, 100, key=name),
    "text_area": lambda name: st.text_area(name, key=name),
    "text_input": lambda name: st.text_input(name, key=name),
}
for kind, count in parts.items():
    for number in range(count):
        if kind.startswith("block/"):
            st.container(key=f"{kind}-{number}")
        else:
            drawn.get(kind, st.caption)(f"{kind} {number}")
