"""Try an offline brain: a question, its answer, the time to the first token and the speed."""

from __future__ import annotations

import streamlit as st

from components.shell import error_text, fields
from components.shell.formatting import plain
from greenroom.errors import GreenroomError
from greenroom.model.brain_choice import BrainChoice
from greenroom.services import current

QUESTION, OPEN = "brain/question", "brain/open"
#: Any model can answer it, and the built-in one writes it instead of answering by rule, so that its speed shows.
FIRST_QUESTION = "Tell me a short story about a hotel."


def ask(place: str) -> None:
    """Open the question at ``place``, the row or form of a brain; "" closes it."""
    fields.keep(OPEN, place)


def draw(choice: BrainChoice, place: str) -> None:
    """Draw the question and its answer, if they are open at ``place``."""
    if fields.shown(OPEN, "") != place:
        return
    with st.container(border=True, key="brain_trial"):
        with st.form("brain_trial_form", border=False):
            question = st.text_input("Question", fields.shown(QUESTION, FIRST_QUESTION), key=QUESTION)
            submitted = st.form_submit_button("Ask", icon=":material/send:", type="primary")
        if submitted and question.strip():
            with st.spinner("Loading the model and waiting for its answer…"):
                _answer(choice, question.strip())
        st.button("Close", key="brain/close", on_click=ask, args=("",), type="tertiary")


def _answer(choice: BrainChoice, question: str) -> None:
    try:
        result = current().brains.try_it(choice, question)
    except GreenroomError as error:
        error_text.draw(error)
        return
    st.markdown(plain(result.answer) or "*No text.*")
    speed = f"{result.tokens_per_s:.0f} tokens/s" if result.tokens_per_s else "not streamed"
    st.caption(f"First token after {result.first_token_ms:,} ms · {speed}")
