"""Import and export an agent: as a file, as code or as request JSON, with an import report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from components.shell import fields, state
from components.shell.formatting import inline, problem
from components.shell.spreadsheet import safe_row
from components.studio import drafts, launching, saving
from components.studio.key_consent import warn
from greenroom.catalog import rules
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings
from greenroom.services import current
from greenroom.services.agents import agent_files

VIEWS = ("Export", "Import", "Request JSON")
Writer = Callable[[str, Settings], str]
#: Name → how it is written, the language of its colours, the ending of its file.
FORMATS: Mapping[str, tuple[Writer, str, str]] = {
    "JSON": (agent_files.to_json, "json", "json"),
    "YAML": (agent_files.to_yaml, "yaml", "yaml"),
    "curl": (agent_files.curl, "bash", "sh"),
    "Python": (agent_files.python, "python", "py"),
    "agora-agents": (agent_files.agora_agents, "python", "py"),
    "JavaScript": (agent_files.javascript, "javascript", "mjs"),
}
FATES = {
    "understood": "Imported",
    "kept": "Kept as JSON",
    "call": "Skipped: specific to one call",
    "secret": "Skipped: secret",
}
PASTED, RAW = "exchange/pasted", "exchange/raw"
SHORT = 60


@st.dialog("Import and export", width="large", icon=":material/swap_vert:", on_dismiss=state.close_panel)
def draw_exchange(agent: AgentId) -> None:
    """Draw the dialog until it is dismissed or an import is applied."""
    shown, key = fields.shown("exchange_view", VIEWS[0], VIEWS), fields.key("exchange_view")
    view = st.segmented_control("View", VIEWS, default=shown, key=key, required=True, label_visibility="collapsed")
    {VIEWS[1]: _import, VIEWS[2]: _raw}.get(view or "", _export)(agent)


def _export(agent: AgentId) -> None:
    st.caption("Exports never contain keys. Code reads them from environment variables.")
    chosen = st.segmented_control("Format", list(FORMATS), default="JSON", required=True, label_visibility="collapsed")
    write, language, ending = FORMATS[chosen or "JSON"]
    name = current().agents.get(agent).name
    text = write(name, saving.loaded_draft(agent).settings)
    file = "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-") or "agent"
    st.download_button("Download", text, f"{file}.{ending}", icon=":material/download:", on_click="ignore")
    st.code(text, language=language, height=420, wrap_lines=True)


def _import(agent: AgentId) -> None:
    st.caption("Import a Greenroom export, an Agora join body or a curl command. You review the changes before they apply.")
    file = st.file_uploader("File", type=["json", "yaml", "yml", "txt", "sh"], label_visibility="collapsed", max_upload_size=1)
    pasted = st.text_area("Or paste the text", fields.shown(PASTED, ""), key=PASTED, height=160)
    fields.keep(PASTED, pasted)
    text = file.getvalue().decode("utf8", "replace") if file is not None else pasted
    if text.strip():
        _offered(agent, text, "Import")


def _raw(agent: AgentId) -> None:
    st.caption("The request a launch sends. You can edit it; unknown fields are kept and sent. Write keys as ${NAME}.")
    draft = saving.loaded_draft(agent)
    sent = json.dumps(agent_files.marked_body(current().agents.get(agent).name, draft.settings), ensure_ascii=False, indent=2)
    # A key for each state of the draft: what was typed over an older one must not come back.
    key = f"{RAW}/{agent}/{draft.revision}"
    text = st.text_area("Request JSON", fields.shown(key, sent), key=key, height=380, label_visibility="collapsed")
    if text != sent:
        _offered(agent, text, "Request JSON")
    else:
        st.caption(":material/check_circle: Matches the draft.")


def _offered(agent: AgentId, text: str, what: str) -> None:
    """Show the import report and the changes before they apply."""
    try:
        found = agent_files.understand(text)
    except GreenroomError as error:
        st.error(problem(error), icon=":material/error:")
        return
    draft = saving.loaded_draft(agent)
    changes = [rules.label_of(key) for key in rules.changed(draft.settings, found.settings)]
    faults = rules.check(found.settings)
    listed = ", ".join(changes[:8]) + (f" and {len(changes) - 8} more" if len(changes) > 8 else "")
    count = f"{len(changes)} setting{'' if len(changes) == 1 else 's'}"
    st.info(f"Changes {count}: {inline(listed)}." if changes else "No changes.")
    if faults:
        st.warning(inline(" ".join(fault.message for fault in faults[:3])), icon=":material/error:")
    warn(found.settings)
    with st.container(horizontal=True):
        st.button(
            "Apply to this agent",
            type="primary",
            icon=":material/check:",
            key="exchange/use",
            disabled=not changes,
            on_click=_use,
            args=(agent, found, what),
        )
        st.button("Create new agent", icon=":material/add:", key="exchange/new", on_click=_make, args=(found,))
    with st.expander(f"Report: {len(found.entries)} fields"):
        st.dataframe([safe_row(_row(entry)) for entry in found.entries], hide_index=True)


def _row(entry: Any) -> dict[str, str]:
    value = "" if entry.value is None else str(entry.value)
    return {
        "Field": entry.path,
        "Result": FATES[entry.fate],
        "Setting": rules.label_of(entry.key) if entry.key else "",
        "Value": value if len(value) <= SHORT else f"{value[:SHORT]}…",
    }


def _use(agent: AgentId, found: agent_files.Import, what: str) -> None:
    state.close_panel()
    if drafts.replace(agent, lambda draft: current().agents.save(agent, dict(found.settings), draft.revision, what)):
        state.show(state.Banner("Import applied to the draft.", good=True, undo=partial(drafts.undo, agent)))


def _make(found: agent_files.Import) -> None:
    state.close_panel()
    saving.autosave(launching.selected_agent())
    try:
        made = current().agents.import_agent(found.name or "Imported agent", found.settings)
    except GreenroomError as error:
        state.show_error(error)
        return
    state.choose_agent(made.id)
    state.show(state.Banner(f"{made.name} created from your import.", good=True))
