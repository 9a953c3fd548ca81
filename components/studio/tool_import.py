"""Import of tools: paste an mcp.json or an OpenAPI document, choose, and add them to the agent."""

from __future__ import annotations

import streamlit as st

from components.shell import error_text, fields, state
from components.shell.formatting import inline
from components.studio import saving
from greenroom.catalog.tool_checks import MOST_TOOLS
from greenroom.errors import GreenroomError
from greenroom.model.agent import AgentId, Settings
from greenroom.plurals import counted
from greenroom.services.agents import tool_files

#: The browser doesn't keep this field (frontend/src/unsent): a pasted text may contain keys.
PASTED, FILE = "exchange/tools", "exchange/tools_file"


def draw_tool_import(agent: AgentId, values: Settings) -> None:
    """Draw the popover. ``values``: the draft's settings. Nothing is added before the button is clicked."""
    with st.popover("Import tools", icon=":material/upload:"):
        st.caption("An mcp.json, an OpenAPI document (JSON or YAML), or a JSON list of Agora functions. Keys become ${NAME}.")
        pasted = st.text_area("Paste the text", fields.shown(PASTED, ""), key=fields.key(PASTED), height=160)
        fields.keep(PASTED, pasted)
        file = st.file_uploader("Or choose a file", type=["json", "yaml", "yml"], key=fields.key(FILE), max_upload_size=8)
        text = pasted if pasted.strip() or file is None else file.getvalue().decode("utf-8-sig", "replace")
        if not text.strip():
            return
        try:
            imported = tool_files.read_tools(text)
        except GreenroomError as error:
            error_text.draw(error)
            return
        names = [tool["function"]["name"] for tool in imported.functions] + [server["name"] for server in imported.servers]
        name = f"tools/chosen/{hash(text)}"
        first = names if len(names) <= MOST_TOOLS else []
        chosen = st.multiselect(
            "Tools to add",
            names,
            fields.shown(name, first, names),
            key=fields.key(name),
            max_selections=MOST_TOOLS,
            placeholder=f"Choose from {len(names)}",
        )
        for note in imported.notes[:10]:
            st.caption(f":material/info: {inline(note)}")
        label = f"Add {counted(len(chosen), 'tool')}"
        st.button(label, type="primary", disabled=not chosen, on_click=_add, args=(agent, imported, frozenset(chosen), pasted))


def _add(agent: AgentId, imported: tool_files.ImportedTools, chosen: frozenset[str], pasted: str) -> None:
    """Add the chosen tools; one replaces an earlier tool of the same name.

    A click that arrives together with a changed text does nothing: that text is shown first.
    """
    if (fields.value(fields.key(PASTED)) or "") != pasted:
        return
    before = saving.loaded_draft(agent).settings
    functions = [tool for tool in imported.functions if tool["function"]["name"] in chosen]
    servers = [server for server in imported.servers if server["name"] in chosen]
    kept = [
        earlier for earlier in before.get("tools.functions") or [] if _name(earlier) not in {_name(tool) for tool in functions}
    ]
    others = [row for row in before.get("tools.mcp_servers") or [] if row.get("name") not in {row["name"] for row in servers}]
    changes = {"tools.functions": [*kept, *functions]} if functions else {}
    changes |= {"tools.mcp_servers": [*others, *servers]} if servers else {}
    saving.change(agent, {**changes, "tools.enable": True})
    fields.clear(PASTED, FILE)
    state.show(state.Banner(f"Added {counted(len(functions) + len(servers), 'tool')} to this agent.", good=True))


def _name(tool: object) -> str:
    function = tool.get("function") if isinstance(tool, dict) else None
    return str(function.get("name") if isinstance(function, dict) else "").lower()
