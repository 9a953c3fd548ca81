"""Tools from existing configurations: ``mcp.json``, OpenAPI, and lists of Agora's functions."""

from __future__ import annotations

from typing import Any

from greenroom.formats.document import LARGEST, UnreadableText
from greenroom.formats.json_text import parse_json
from greenroom.formats.yaml_text import parse_yaml
from greenroom.tools.imports import ImportedTools, tools_in

ADVICE = "Paste an mcp.json, an OpenAPI document (JSON or YAML), or a JSON list of Agora functions."


def read_tools(text: str) -> ImportedTools:
    """What a text holds of tools. Raises UnreadableText."""
    if len(text) > LARGEST:
        raise UnreadableText(f"The text is longer than {LARGEST:,} characters.", advice=ADVICE)
    tools = tools_in(_document(text))
    if not tools.functions and not tools.servers:
        raise UnreadableText(" ".join(["This text holds no tools.", *tools.notes]), advice=ADVICE)
    return tools


def _document(text: str) -> Any:
    try:
        return parse_json(text) if text.lstrip().startswith(("{", "[")) else parse_yaml(text)
    except UnreadableText as error:
        raise UnreadableText(str(error), advice=ADVICE) from None
