"""Settings → Offline brain: the language models that can answer offline, for all agents or one, each to try and to use."""

from __future__ import annotations

import streamlit as st

from components.settings import brain_forms, brain_trial
from components.shell import error_text, fields, state
from components.shell.formatting import plain, unique_names
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId
from greenroom.model.brain_choice import BrainChoice
from greenroom.services import current
from greenroom.services.operations import OfferedBrain

ALL, TARGET = "", "brain_target"
AUTO_HELP = "The first available: a downloaded model, a model server on this computer, or the built-in model."


def draw() -> None:
    """Draw the section, or a warning while the twin can't be reached."""
    st.header("Offline brain")
    st.caption("The language model that answers when agents run offline, instead of the agent's own model.")
    brains = current().brains
    try:
        chosen, listing = brains.chosen(), brains.listing()
    except GreenroomError as error:
        st.warning(error_text.as_markdown(error), icon=":material/power_off:")
        return
    target = _target()
    now = chosen.everyone if target is None else chosen.agents.get(target)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Answering now: **{plain(_now(now, listing.answering))}**", width="stretch")
        st.button(
            "Rescan",
            icon=":material/refresh:",
            key="brain/rescan",
            help="Look again for model servers and model files.",
            on_click=brains.rescan,
        )
    if target is None:
        _row(OfferedBrain(choice={"kind": "auto"}, label="Automatic", where="", detail=AUTO_HELP), now, target, 0)
    elif now is not None:
        st.button("Use the model for all agents", key="brain/reset", on_click=_reset, args=(target,))
    offered = [*listing.offers, *_not_found(now, listing.offers)]
    for number, offer in enumerate(offered, 1):
        _row(offer, now, target, number)
    if not any(offer.where not in ("Built in", "Model file") for offer in listing.offers):
        st.caption("No Ollama, LM Studio or llama.cpp server found on this computer. Start one, then rescan.")
    if not any(offer.choice.get("kind") == "gguf" for offer in listing.offers):
        st.caption(f"Run `make brain` to download a good small model (about 1 GB), or put a GGUF file into `{brains.folder}`.")
    brain_forms.draw(use)


def use(choice: BrainChoice) -> None:
    """Handle Use: for the agent chosen above, or for all."""
    target = AgentId(str(fields.value(TARGET) or ALL)) or None
    try:
        current().brains.choose(choice, target)
    except GreenroomError as error:
        state.show_error(error)
        return
    who = f"{current().agents.get(target).name} uses" if target else "Offline agents use"
    state.show(state.Banner(f"{who} {choice.label or 'the best model found'} from the next call.", good=True))


def _target() -> AgentId | None:
    names = unique_names({agent.id: agent.name for agent in current().agents.list()})
    chosen_alone = current().brains.chosen().agents
    options = [ALL, *names]

    def label(chosen: str) -> str:
        marked = " · own model" if AgentId(chosen) in chosen_alone else ""
        return f"{names[AgentId(chosen)]}{marked}" if chosen else "All agents"

    st.selectbox("Use for", options, format_func=label, key=TARGET, width=340)
    return AgentId(str(fields.value(TARGET) or ALL)) or None


def _now(choice: BrainChoice | None, answering: str) -> str:
    if choice is None:
        return f"{answering}, the model for all agents"
    return choice.label or f"{answering}, chosen automatically"


def _not_found(now: BrainChoice | None, offers: list[OfferedBrain]) -> list[OfferedBrain]:
    """The present choice if the search didn't find it: a file elsewhere, an address, a server that is off."""
    if now is None or now.kind == "auto" or any(offer.brain == now for offer in offers):
        return []
    try:
        return [current().brains.look(now)]
    except GreenroomError:
        return []


def _row(offer: OfferedBrain, now: BrainChoice | None, target: AgentId | None, number: int) -> None:
    choice = offer.brain
    used = choice == now
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"brain_row_{number}"):
        mark = ":material/check_circle:" if used else ":material/radio_button_unchecked:"
        where = f" · {plain(offer.where)}" if offer.where else ""
        facts = " · ".join(filter(None, (*brain_forms.figures(offer), offer.detail)))
        about = plain(facts[:1].upper() + facts[1:])
        refused = f"  \n:red[{plain(error_text.masked(offer.refused))}]" if offer.refused else ""
        st.markdown(f"{mark} **{plain(offer.label)}**{where}  \n:gray[{about}]{refused}", width="stretch")
        with st.container(horizontal=True, width="content"):  # side by side where the row breaks, too
            _buttons(offer, used, number)
    brain_trial.draw(choice, f"{number}/{offer.label}")


def _buttons(offer: OfferedBrain, used: bool, number: int) -> None:
    if offer.brain.kind != "auto":
        st.button(
            "Try",
            key=f"brain/try/{number}",
            on_click=brain_trial.ask,
            args=(f"{number}/{offer.label}",),
            disabled=bool(offer.refused),
            help="Ask a question and measure the answer.",
        )
    st.button(
        "In use" if used else "Use",
        key=f"brain/use/{number}",
        on_click=use,
        args=(offer.brain,),
        disabled=used or bool(offer.refused),
    )


def _reset(agent: AgentId) -> None:
    try:
        current().brains.reset(agent)
    except GreenroomError as error:
        state.show_error(error)
