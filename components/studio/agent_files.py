"""The dialog Import and export: an agent as a file, as code, or as the JSON that is sent, and back with a report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from components.shell import error_text, fields, state
from components.shell.formatting import first_names, inline
from components.studio import diff_view, drafts, launching, saving
from components.studio.import_report import draw_report, uploaded_text
from components.studio.key_consent import warn
from greenroom.catalog import rules
from greenroom.catalog.compare import Difference, compare
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings
from greenroom.plurals import counted
from greenroom.services import current, current_for_later
from greenroom.services.agents import agent_files

VIEWS = ("Export", "Import", "Request JSON")
Writer = Callable[[str, Settings], str]
#: Format → the function that writes it, the language for highlighting, the file's ending.
FORMATS: Mapping[str, tuple[Writer, str, str]] = {
    "JSON": (agent_files.to_json, "json", "json"),
    "YAML": (agent_files.to_yaml, "yaml", "yaml"),
    "curl": (agent_files.curl, "bash", "sh"),
    "Python": (agent_files.python, "python", "py"),
    "agora-agents": (agent_files.agora_agents, "python", "py"),
    "JavaScript": (agent_files.javascript, "javascript", "mjs"),
}
PASTED, RAW = "exchange/pasted", "exchange/raw"


@st.dialog("Import and export", width="large", icon=":material/swap_vert:", on_dismiss=state.close_panel)
def draw_exchange(agent: AgentId) -> None:
    """Draw the dialog until it is dismissed or an import was applied."""
    if state.panel() is None:
        st.rerun()  # closed by one of its own buttons: redraw the page, not only the dialog, to show the result
    shown, key = fields.shown("exchange_view", VIEWS[0], VIEWS), fields.key("exchange_view")
    view = st.segmented_control("View", VIEWS, default=shown, key=key, required=True, label_visibility="collapsed")
    {VIEWS[1]: _import, VIEWS[2]: _raw}.get(view or "", _export)(agent)


def _export(agent: AgentId) -> None:
    st.caption("Keys are never included: code reads them from environment variables.")
    chosen = st.segmented_control("Format", list(FORMATS), default="JSON", required=True, label_visibility="collapsed")
    write, language, ending = FORMATS[chosen or "JSON"]
    name = current().agents.get(agent).name
    text = write(name, saving.loaded_draft(agent).settings)
    file = "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-") or "agent"
    made = _logged(text, f"agents/{agent}.{ending}")
    st.download_button(
        "Download", made, f"{file}.{ending}", icon=":material/download:", on_click="ignore", key=f"export/{ending}"
    )
    st.code(text, language=language, wrap_lines=True)


def _logged(text: str, what: str) -> Callable[[], str]:
    """A download's contents, which note the download in the audit log when it is clicked."""
    services = current_for_later()

    def make() -> str:
        services.audit.exported(what)
        return text

    return make


def _import(agent: AgentId) -> None:
    st.caption(
        "A Greenroom export, an Agora join body (JSON, YAML, TOML), curl, HTTPie, Python, JavaScript, TypeScript, PowerShell, "
        "Postman, .http, HAR, Markdown or the samples' .env. Code is read, never run. Nothing changes until you confirm."
    )
    file = st.file_uploader("File", label_visibility="collapsed", max_upload_size=1)
    pasted = st.text_area("Or paste the text", fields.shown(PASTED, ""), key=fields.key(PASTED), height=160)
    fields.keep(PASTED, pasted)
    text, name = uploaded_text(file) if file is not None else (pasted, "")
    if text.strip():
        _offered(agent, text, name, "Import", PASTED if file is None else "")


def _raw(agent: AgentId) -> None:
    st.caption(
        "The request that a launch sends. Edit it here: fields without a setting are kept and sent. Keys appear as ${NAME}."
    )
    draft = saving.loaded_draft(agent)
    sent = json.dumps(agent_files.marked_body(current().agents.get(agent).name, draft.settings), ensure_ascii=False, indent=2)
    # A key for each state of the draft: text typed over an older state must not come back.
    key = f"{RAW}/{agent}/{draft.revision}"
    text = st.text_area("Request JSON", fields.shown(key, sent), key=key, height=380, label_visibility="collapsed")
    fields.keep(key, text)
    if text != sent:
        _offered(agent, text, "", "Request JSON", key)
    else:
        st.caption(":material/check_circle: Matches the draft.")


def _offered(agent: AgentId, text: str, name: str, what: str, field: str) -> None:
    """Draw what was read from ``text``, what it would change, and the buttons to take it over.

    ``field``: the text's field, "" for a file. A click that arrives together with a changed text does nothing: that text is
    shown first.
    """

    def seen(work: Callable[..., None], *args: Any) -> None:
        if not field or fields.value(fields.key(field)) == text:
            work(*args)

    try:
        every = agent_files.understand_all(text, name)
    except GreenroomError as error:
        error_text.draw(error)
        return
    offered = _chosen(every)
    changes = _draw_changes(agent, offered)
    with st.container(horizontal=True):
        st.button(
            "Apply to this agent",
            type="primary",
            icon=":material/check:",
            key="exchange/use",
            disabled=not changes,
            on_click=seen,
            args=(_use, agent, offered, what),
        )
        st.button("Create new agent", icon=":material/add:", key="exchange/new", on_click=seen, args=(_make, offered))
        if len(every) > 1:
            label = f"Create {len(every)} agents"
            st.button(label, icon=":material/group_add:", key="exchange/all", on_click=seen, args=(_make, *every))
    _explained(changes, offered)


def _chosen(every: Sequence[agent_files.Import]) -> agent_files.Import:
    """The agent that was chosen among those of the text. Draws the choice if there are several."""
    if len(every) == 1:
        return every[0]
    names = [one.name or f"Agent {number}" for number, one in enumerate(every, 1)]
    label, key = "Agents in this text", "exchange/which"
    chosen = st.segmented_control(label, names, default=names[0], format_func=inline, required=True, key=key)
    return every[names.index(chosen or names[0])]


def _draw_changes(agent: AgentId, offered: agent_files.Import) -> Sequence[Difference]:
    """Draw what an import would change, its problems and its keys. Returns the changes."""
    draft = saving.loaded_draft(agent)
    # Settings that send the same request count as no change.
    same = agent_files.marked_body("a", draft.settings) == agent_files.marked_body("a", offered.settings)
    changes = () if same else compare(draft.settings, offered.settings)
    listed = first_names([change.label for change in changes], most=8)
    st.info(f"Changes {counted(len(changes), 'setting')}: {inline(listed)}." if changes else "No changes.")
    if faults := rules.check(offered.settings):
        st.warning(inline(" ".join(error_text.message(fault) for fault in faults[:3])), icon=":material/error:")
    warn(offered.settings)
    return changes


def _explained(changes: Sequence[Difference], offered: agent_files.Import) -> None:
    if changes:
        with st.expander("What changes", icon=":material/difference:"):
            diff_view.draw(changes)
    draw_report(offered)


def _use(agent: AgentId, offered: agent_files.Import, what: str) -> None:
    state.close_panel()
    if drafts.replace(agent, lambda draft: current().agents.save(agent, dict(offered.settings), draft.revision, what)):
        fields.put(PASTED, "")
        drafts.offer_undo(agent, f"Import applied to the draft.{_missing_keys(offered)}")


def _make(*offered: agent_files.Import) -> None:
    state.close_panel()
    saving.autosave(launching.selected_agent())
    try:
        made = [current().agents.import_agent(agent.name or "Imported agent", agent.settings) for agent in offered]
    except GreenroomError as error:
        state.show_error(error)
        return
    fields.put(PASTED, "")
    state.choose_agent(made[0].id)
    names = " and ".join(agent.name for agent in made)
    state.show(state.Banner(f"Created {names}.{_missing_keys(*offered)}", good=True))


def _missing_keys(*offered: agent_files.Import) -> str:
    names_set = current().credentials.names_set()
    missing = sorted({name for agent in offered for name in agent.credentials} - set(names_set))
    return f" Add {', '.join(missing)} in Settings before you launch on Agora's cloud." if missing else ""
