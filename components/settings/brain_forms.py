"""Add an offline brain that isn't found by itself: a model file, or a server at any address."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from components.settings import brain_trial
from components.shell import error_text, fields, state
from components.shell.formatting import plain
from greenroom.byte_size import byte_size
from greenroom.errors import GreenroomError
from greenroom.model.brain_choice import BrainChoice
from greenroom.services import current
from greenroom.services.operations import OfferedBrain, sentence

Use = Callable[[BrainChoice], None]
NO_KEY = "No key"
PATH, URL, MODEL = (f"{fields.TAB}brain_{part}" for part in ("path", "url", "model"))


def draw(use: Use) -> None:
    """Draw the two forms, folded. A folded form isn't drawn."""
    for label, key, form in (("Model file (GGUF)", "brain/file", _file), ("Server with OpenAI's API", "brain/server", _server)):
        box = st.expander(label, key=key, on_change="rerun")
        if box.open:
            with box:
                form(use)


def figures(offer: OfferedBrain) -> list[str]:
    """Memory and speed of a brain in words, as far as they are known before it is loaded."""
    facts = ["in memory"] if offer.loaded and offer.where not in ("Built in",) else []
    if offer.refused:
        return facts  # the refusal has the figures
    if offer.need:
        facts.append(f"needs {byte_size(offer.need)} of memory")
    elif offer.size:
        facts.append(byte_size(offer.size))
    if offer.tokens_per_s:
        facts.append(f"about {max(1, round(offer.tokens_per_s))} tokens/s here (estimate)")
    return facts


def _file(use: Use) -> None:
    path = st.text_input(
        "Path on this computer",
        fields.shown(PATH, ""),
        key=fields.key(PATH),
        placeholder="/home/you/models/qwen2.5-1.5b-instruct-q4_k_m.gguf",
        help="Runs in a process of its own. Nothing leaves this computer.",
    ).strip()
    fields.keep(PATH, path)
    if path:
        _draw_offer(BrainChoice("gguf", path=path), use, "file")


def _server(use: Use) -> None:
    url = st.text_input(
        "Address",
        fields.shown(URL, ""),
        key=fields.key(URL),
        placeholder="https://api.example.com/v1",
        help="The part before /chat/completions.",
    ).strip()
    asked = {"kind": "server", "url": url}
    if url and not _readable(asked):
        st.caption(":red[:material/error: The address must start with http:// or https:// and name a host.]")
    model = st.text_input("Model", fields.shown(MODEL, ""), key=fields.key(MODEL), placeholder="gpt-4o-mini").strip()
    fields.keep(URL, url)
    fields.keep(MODEL, model)
    names = [NO_KEY, *sorted(current().credentials.names_set())]
    key = st.selectbox("Credential", names, key="brain/key", help="Keys are stored under Credentials below.")
    if not (url and model and _readable(asked)):
        return
    choice = BrainChoice.of({**asked, "model": model, "key_name": "" if key == NO_KEY else key})
    if not choice.here:
        st.warning(
            f"What callers and agents say leaves this computer and goes to {plain(choice.host)}.", icon=":material/public:"
        )
    if _may_send(choice):
        _draw_offer(choice, use, "server")


def _readable(asked: Mapping[str, str]) -> bool:
    try:
        BrainChoice.of(asked)
    except ValueError:
        return False
    return True


def _may_send(choice: BrainChoice) -> bool:
    """Ask before a key goes to a host that isn't its vendor's."""
    asked = current().keys.undecided_at(choice.key_name, choice.url) if choice.key_name else None
    if asked is None:
        return True
    st.markdown(f":orange[:material/key:] **Send {plain(asked.name)} to {plain(asked.destination)}?**")
    st.caption(plain(f"{sentence(asked)} Whoever runs the host can read the key and use it at your cost."))
    st.button(plain(f"Allow for {asked.destination}"), key="brain/allow", on_click=_allow, args=(asked.name, asked.destination))
    return False


def _draw_offer(choice: BrainChoice, use: Use, form: str) -> None:
    try:
        offer = current().brains.look(choice)
    except GreenroomError as error:
        error_text.draw(error)
        return
    if offer.refused:
        st.error(plain(error_text.masked(offer.refused)))
        return
    st.caption(plain(" · ".join(filter(None, (offer.label, *figures(offer), offer.detail)))))
    with st.container(horizontal=True):
        st.button("Try", key=f"brain/try/{form}", on_click=brain_trial.ask, args=(form,))
        st.button("Use", key=f"brain/use/{form}", on_click=use, args=(offer.brain,), type="primary")
    brain_trial.draw(offer.brain, form)


def _allow(name: str, destination: str) -> None:
    try:
        current().keys.decide(name, destination, "allowed")
    except GreenroomError as error:
        state.show_error(error)
