"""Tools from documents of others: MCP client configurations and OpenAPI. Keys become ``${NAME}``; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from greenroom.catalog.named_secrets import SecretNames, name_secrets
from greenroom.catalog.payload import CREDENTIAL
from greenroom.tools.definitions import Json
from greenroom.tools.imported import ImportedTools
from greenroom.tools.openapi import functions_of
from greenroom.tools.openapi_keys import constant


def tools_in(document: Any) -> ImportedTools:
    """What a document holds of tools, with ``${NAME}`` for every key; nothing in one of another kind."""
    tools = _tools_in(document)
    names = SecretNames()
    functions = tuple(name_secrets(one, names, ("tools",)) for one in tools.functions)
    servers = tuple(name_secrets(one, names, ("mcp_servers",)) for one in tools.servers)
    made = tuple(f"A key became the credential {name}: set it in Settings." for name in dict.fromkeys(n for _, n in names.places))
    return ImportedTools(functions, servers, (*tools.notes, *made))


def _tools_in(document: Any) -> ImportedTools:
    if isinstance(document, list):
        return ImportedTools(
            functions=tuple(dict(entry) for entry in document if isinstance(entry, Mapping) and "function" in entry)
        )
    if not isinstance(document, Mapping):
        return ImportedTools()
    if isinstance(document.get("paths"), Mapping):
        return functions_of(document)
    for key in ("mcpServers", "servers", "mcp_servers"):
        rows = document.get(key)
        if isinstance(rows, Mapping):
            return _mcp(rows)
        if isinstance(rows, list) and key == "mcp_servers":  # as Agora has them
            return ImportedTools(servers=tuple(dict(row) for row in rows if isinstance(row, Mapping) and "endpoint" in row))
    return _tools_in(document["tools"]) if isinstance(document.get("tools"), list) else ImportedTools()


def _mcp(rows: Json) -> ImportedTools:
    servers, notes = [], []
    for name, row in rows.items():
        address = (
            next((row[key] for key in ("url", "serverUrl", "endpoint") if isinstance(row.get(key), str)), "")
            if isinstance(row, Mapping)
            else ""
        )
        if not address:
            notes.append(f"{name}: runs as a program on your computer (stdio). Agora needs a server with a URL.")
            continue
        kind = str(row.get("type") or row.get("transport") or "")
        if "sse" in kind.lower():
            notes.append(f"{name}: uses SSE. Agora needs streamable HTTP; check that the URL supports it.")
        clean = re.sub(r"[^A-Za-z0-9]", "", str(name))[:48] or f"server{len(servers) + 1}"
        server: dict[str, Any] = {"name": clean, "endpoint": address, "transport": "streamable_http"}
        if isinstance(row.get("headers"), Mapping) and row["headers"]:
            server["headers"] = {str(key): _header(clean, str(key), str(value)) for key, value in row["headers"].items()}
            keys = dict.fromkeys(key for value in server["headers"].values() for key in CREDENTIAL.findall(value))
            notes += [f"{name}: calls need a key. Store it as the credential {key} in Settings." for key in keys]
        servers.append(server)
    return ImportedTools(servers=tuple(servers), notes=tuple(notes))


def _header(server: str, name: str, value: str) -> str:
    """A value that may be a key becomes ``${NAME}``; names of variables are kept."""
    if CREDENTIAL.search(value):
        return value
    if match := re.search(r"\$\{(?:env|input):\s*([A-Za-z0-9_-]+)\}", value):
        return value.replace(match[0], f"${{{constant(match[1])}}}")
    if re.fullmatch(r"accept(-[a-z]+)?|content-type|user-agent", name, re.IGNORECASE):
        return value
    scheme = re.match(r"(Bearer|Basic|Token)\s+", value, re.IGNORECASE)
    return f"{scheme[0] if scheme else ''}${{{constant(server)}_{constant(name)}}}"
