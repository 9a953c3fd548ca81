"""Tools from existing configurations: ``mcp.json``, OpenAPI, and lists of Agora's functions."""

from __future__ import annotations

from typing import Any

from greenroom.formats.document import LARGEST, UnreadableText
from greenroom.formats.json_text import parse_json
from greenroom.formats.reading_time import bounded_reading
from greenroom.formats.yaml_text import parse_yaml
from greenroom.tools.imported import ImportedTools
from greenroom.tools.imports import tools_in

ADVICE = "Paste an mcp.json, an OpenAPI document (JSON or YAML), or a JSON list of Agora functions."

#: JSON is read fast; the OpenAPI documents of large services have some megabytes.
_LARGEST_JSON = 8_000_000
#: YAML takes a hundred times as long.
_MOST_IN_YAML = 60_000


def read_tools(text: str) -> ImportedTools:
    """What a text holds of tools. Raises UnreadableText."""
    is_json = text.lstrip().startswith(("{", "["))
    most = _LARGEST_JSON if is_json else LARGEST
    if len(text) > most:
        advice = "Keep only the operations that the agent needs and what they reference." + (
            "" if is_json else " JSON may be 8 MB."
        )
        raise UnreadableText(f"The text is longer than {most:,} characters.", advice=advice)
    with bounded_reading():
        document = _document(text)
    tools = tools_in(document)
    if not tools.functions and not tools.servers:
        raise UnreadableText(" ".join(["This text contains no tools.", *tools.notes]), advice=ADVICE)
    return tools


def _document(text: str) -> Any:
    try:
        return parse_json(text) if text.lstrip().startswith(("{", "[")) else parse_yaml(text, _MOST_IN_YAML)
    except UnreadableText as error:
        raise UnreadableText(str(error), advice=ADVICE) from None
