"""Sample arguments for a tool, made from its schema: a start for trying it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.mocks import ToolMock

_BY_TYPE: Mapping[str, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}


def sample_arguments(tool: ToolDefinition, mock: ToolMock | None = None) -> dict[str, Any]:
    """The required arguments; values of the mock's first condition where they are plain."""
    properties, required = tool.parameters.get("properties"), tool.parameters.get("required")
    parameters = properties if isinstance(properties, Mapping) else {}
    names = [name for name in (required if isinstance(required, list | tuple) else parameters) if name in parameters]
    when = next((rule.when for rule in mock.rules if rule.when), {}) if mock is not None else {}
    plain = {name: value for name, value in when.items() if not (isinstance(value, str) and "*" in value)}
    return {name: plain.get(name, _sample(parameters[name])) for name in dict.fromkeys([*names, *plain]) if name in parameters}


def _sample(schema: Any) -> Any:
    if not isinstance(schema, Mapping):
        return ""
    for key in ("default", "example"):
        if key in schema:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    return schema.get("minimum", _BY_TYPE.get(str(schema.get("type")), ""))
