"""Operations that all refer to the same large schemas: the document is read in time, with a note about what is left out."""

from __future__ import annotations

import json
import time

import pytest

from greenroom.services.agents.tool_files import read_tools

pytestmark = pytest.mark.unit


def test_many_operations_with_many_references_are_read_soon() -> None:
    schemas = {
        f"S{depth}": {
            "type": "object",
            "properties": {f"p{n}": {"$ref": f"#/components/schemas/S{depth + 1}"} for n in range(10)},
        }
        for depth in range(60)
    }
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    document = {
        "openapi": "3.0.0",
        "servers": [{"url": "https://a.example"}],
        "paths": {f"/p{n}": {"post": {"operationId": f"o{n}", "requestBody": body}} for n in range(300)},
        "components": {"schemas": schemas},
    }
    begun = time.thread_time()
    tools = read_tools(json.dumps(document))
    assert time.thread_time() - begun < 2
    assert len(tools.functions) == 300
    assert any("too many references" in note for note in tools.notes)
