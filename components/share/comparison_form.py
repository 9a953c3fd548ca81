"""The fields of a blind comparison in the Share dialog: which versions, or which voices and the sentence they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components.shell import field_errors
from greenroom.catalog.voices import OFFLINE_VOICES
from greenroom.model.agent import AgentId
from greenroom.model.blind_comparison import ComparedOption
from greenroom.services import current
from greenroom.services.sharing import InvalidGuestLink

TALK, VERSIONS, VOICES = "Talk to this agent", "Compare agents blindly", "Compare voices blindly"
WAYS = (TALK, VERSIONS, VOICES)
HINTS: Mapping[str, str] = {
    TALK: "Guests talk to this agent on a page of its own, without the studio and without an account.",
    VERSIONS: "Guests talk to two options, shown as A and B in random order, and vote. Results say when to stop.",
    VOICES: "Guests hear one sentence in two voices, equally loud and in both orders, and vote.",
}
#: What voices say if nothing is typed.
SENTENCE = "Good morning, how can I help you?"


def draw_ways(agent: AgentId) -> str:
    """Draw the choice of what guests do, and return it."""
    key = f"share_way/{agent}"
    way = st.segmented_control("Guests", WAYS, default=TALK, key=key, required=True, label_visibility="collapsed")
    st.caption(HINTS[way])
    return way


def draw_options(way: str, agent: AgentId, key: Callable[[str], str], form: str) -> dict[str, ComparedOption]:
    """Draw the fields inside the dialog's form. Returns the options by label."""
    options = _voices() if way == VOICES else {}
    options |= _versions(agent)
    st.multiselect("Compare", list(options), key=key("compared"), max_selections=6, placeholder="Choose two or more")
    field_errors.draw(form, "compared")
    if way == VOICES:
        st.text_input("Sentence", key=key("sentence"), placeholder=SENTENCE)
        field_errors.draw(form, "sentence")
    return options


def chosen(options: Mapping[str, ComparedOption], labels: Sequence[str] | None) -> tuple[ComparedOption, ...]:
    """The options that were chosen. Raises InvalidGuestLink if there are none: it would become a link to talk to the agent."""
    options_chosen = tuple(options[label] for label in labels or () if label in options)
    if options and not options_chosen:
        raise InvalidGuestLink("Choose two or more options to compare.", field="compared")
    return options_chosen


def sentence(way: str, typed: str | None) -> str:
    """The sentence that voices say; "" where guests talk."""
    return (typed or "").strip() or SENTENCE if way == VOICES else ""


def _voices() -> dict[str, ComparedOption]:
    if current().config.on_cloud:
        return {}
    return {f"{voice.label} (offline voice)": ComparedOption(voice.label, voice=voice.id) for voice in OFFLINE_VOICES}


def _versions(agent: AgentId) -> dict[str, ComparedOption]:
    """This agent's versions first, then the newest of each other agent."""
    services, options = current(), {}
    others = [one for one in services.agents.list() if one.id != agent]
    for one in (services.agents.get(agent), *others):
        versions = services.agents.versions.of(one.id)
        for version in versions if one.id == agent else versions[:1]:
            label = f"{one.name} · version {version.number}{f' · {version.name}' if version.name else ''}"
            options[label] = ComparedOption(label, version.id)
    return options
