"""Studio links: preview and apply the changes of an opened link, and create links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.share import version_badges
from components.shell import error_text, state
from components.shell.formatting import plain
from components.studio import diff_view, drafts, saving
from components.studio.key_consent import warn
from greenroom.catalog import rules
from greenroom.catalog.compare import compare
from greenroom.catalog.faults import sentence
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Draft, Settings, Version
from greenroom.plurals import counted
from greenroom.security_log import record
from greenroom.services import current
from greenroom.services.agents import Link, links

WHEN_OPENED = "Latest draft"
REACH: Mapping[str, str | None] = {
    "computer": "This link works only on this computer. To share it, open Greenroom at an address others can reach.",
    "network": "This link works only in your network.",
    "anyone": None,
}


def offer_bar(agent: AgentId) -> None:
    """Show the changes of the link that opened this page until they are applied or ignored; then clean the URL."""
    arrived = links.read(st.query_params.to_dict())
    if arrived is not None and arrived.agent_id == agent and (arrived.version or arrived.changes or arrived.refused):
        state.remember_link(arrived)
        record("link_opened", agent=agent, settings=", ".join(arrived.changes), refused=", ".join(arrived.refused))
    _clean_url(agent)
    link = state.link(agent)
    if link is None:
        return
    made = links.offer(current().agents, link)
    changes = compare(made.draft.settings, made.settings)
    if not changes and not made.refused:
        state.remember_link(None)
        return
    with st.container(border=True, key="link_offer"):
        version = f"version {link.version}" if link.version and links.VERSION not in made.refused else ""
        st.markdown(_headline(len(changes), version))
        diff_view.draw(changes)
        warn(made.settings)
        for key, reason in made.refused.items():
            reported = f"Version {reason}" if key == links.VERSION else sentence(rules.label_of(key), reason)
            st.caption(f":material/block: Skipped: {plain(reported)}")
        with st.container(horizontal=True):
            if changes:
                st.button("Apply", icon=":material/check:", type="primary", key="apply_link", on_click=_apply, args=(agent, link))
            st.button("Ignore", key="ignore_link", on_click=state.remember_link, args=(None,))


def _clean_url(agent: AgentId) -> None:
    """Keep the agent in the URL for reloads and remove the link's other parameters."""
    query = st.query_params.to_dict()
    plain_query = {name: text for name, text in query.items() if name != links.VERSION and not name.startswith(links.SET)} | {
        links.AGENT: agent
    }
    if plain_query != query:
        st.query_params.from_dict(plain_query)


def _headline(count: int, version: str) -> str:
    if not count:
        return ":material/link: **This link changes nothing.**"
    changes = f"This link changes {counted(count, 'setting')}"
    return f":material/link: **{changes}{f', starting from {version}' if version else ''}.** Nothing is saved until you apply it."


def _apply(agent: AgentId, link: Link) -> None:
    def work(draft: Draft) -> Draft:
        return current().agents.save(agent, links.offer(current().agents, link).settings, draft.revision, "Apply link")

    if drafts.replace(agent, work):
        state.remember_link(None)


@st.dialog("Copy link", width="large", icon=":material/link:", on_dismiss=state.close_panel)
def draw_link(agent: AgentId) -> None:
    """Create a link to this agent or one of its versions, with selected settings and no keys."""
    versions: dict[str, Version | None] = {WHEN_OPENED: None}
    versions |= {f"Version {v.number}{f' · {v.name}' if v.name else ''}": v for v in current().agents.versions.of(agent)}
    name = st.selectbox("Version", list(versions), key=f"link_version/{agent}")
    if (linked := versions[name]) is not None:
        version_badges.draw_short(agent, linked.id)
    version, draft = versions[name], saving.loaded_draft(agent).settings
    carried = _carried(version, draft)
    chosen = st.multiselect(
        "Include these draft settings",
        list(carried),
        default=list(carried) if version else [],
        format_func=_place,
        key=f"link_settings/{agent}/{version.number if version else 0}",
        placeholder="None",
        help="Viewers preview the changes before applying them. Links never contain keys.",
    )
    at_once = st.toggle(
        "Ask to start a call", key=f"link_autoconnect/{agent}", help="The viewer clicks Launch. A link never starts a call."
    )
    changes = {key: carried[key] for key in chosen}
    try:
        query = links.write(Link(agent, version.number if version else None, changes, autoconnect=at_once))
    except GreenroomError as error:
        error_text.draw(error)
        return
    address = f"{str(st.context.url or '').rstrip('/')}/?{query}"
    st.code(address, language=None, wrap_lines=True)
    if (only := REACH[links.reach(address)]) is not None:
        st.caption(f":material/info: {only}")


def _carried(version: Version | None, draft: Settings) -> Mapping[str, Any]:
    """The settings a link can include: those that differ from the version, or all set values."""
    values = {rules.vendor_key(role): rules.vendor_of(role, draft).id for role in rules.roles(draft)}
    values |= {field.key: draft.get(field.key) for field in rules.fields(draft)}
    keys = [d.key for d in compare(version.settings, draft)] if version else [key for key in values if draft.get(key) is not None]
    return {key: values[key] for key in keys if key in values and not links.refusal(key, values[key])}


def _place(key: str) -> str:
    return rules.label_of(key)
