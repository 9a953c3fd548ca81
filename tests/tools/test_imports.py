"""Tools from mcp.json and OpenAPI: what Agora can call is taken, what it can't is said, keys become names."""

from __future__ import annotations

import json

import pytest

from greenroom.catalog.tool_checks import function_faults, server_faults
from greenroom.formats.document import UnreadableText
from greenroom.services.agents.tool_files import read_tools
from greenroom.tools.imports import tools_in

pytestmark = pytest.mark.unit

OPEN_API = """
openapi: 3.1.0
servers: [{url: "https://api.shop.example/v1"}]
paths:
  /orders/{order-id}:
    parameters:
      - {name: order-id, in: path, required: true, schema: {type: string}}
    get:
      operationId: get-order
      summary: Finds one order.
      parameters:
        - {name: expand, in: query, schema: {$ref: "#/components/schemas/Expand"}}
        - {name: X-Store, in: header, schema: {type: string}}
    delete: {summary: Cancels an order.}
  /orders:
    post:
      summary: Places an order.
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Order"}
components:
  schemas:
    Expand: {type: string, enum: [items, customer]}
    Order:
      type: object
      properties: {item: {type: string}, count: {type: integer}}
      required: [item]
"""


def test_operations_become_functions_that_agora_takes():
    found = read_tools(OPEN_API)
    get, post = found.functions
    assert list(function_faults(list(found.functions))) == []
    assert get["function"]["name"] == "getOrder"
    assert get["server"] == {
        "method": "GET",
        "url": "https://api.shop.example/v1/orders/{{args.order_id}}?expand={{args.expand}}",
    }
    assert get["function"]["parameters"]["properties"]["expand"]["enum"] == ["items", "customer"]
    assert get["function"]["parameters"]["required"] == ["order_id"]
    assert post["server"]["body"] == {"item": "{{args.item}}", "count": "{{args.count}}"}
    assert post["function"]["parameters"]["required"] == ["item"]
    assert any("DELETE" in note for note in found.notes)
    assert any("X-Store" in note for note in found.notes)


def test_servers_of_an_mcp_client_keep_no_key():
    rows = {
        "My Stock!": {
            "url": "https://mcp.example/mcp",
            "headers": {"Authorization": "Bearer sk-12345678", "Accept": "text/plain"},
        },
        "named": {"type": "http", "url": "https://a.example/mcp", "headers": {"X-Key": "${env:A_KEY}"}},
        "local": {"command": "npx", "args": ["server"]},
    }
    found = read_tools(json.dumps({"mcpServers": rows}))
    first, second = found.servers
    assert (first["name"], first["headers"]["Authorization"]) == ("MyStock", "Bearer ${MYSTOCK_AUTHORIZATION}")
    assert first["headers"]["Accept"] == "text/plain"
    assert second["headers"] == {"X-Key": "${A_KEY}"}
    assert list(server_faults(list(found.servers))) == []
    assert "sk-12345678" not in repr(found)
    assert any("local" in note for note in found.notes)


def test_agoras_own_functions_come_as_they_are():
    tool = {"type": "function", "function": {"name": "a"}, "server": {}}
    assert tools_in({"tools": [tool]}).functions == tools_in([tool]).functions == (tool,)


@pytest.mark.parametrize("text", ["", "{}", "[]", "hello", '{"paths": {}}', '{"mcpServers": {"a": 3}}', "{", "a: &x [*x]"])
def test_a_text_without_tools_says_what_would_work(text):
    with pytest.raises(UnreadableText) as refused:
        read_tools(text)
    assert "mcp.json" in refused.value.advice


def test_references_in_a_circle_end():
    schema = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}
    post = {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}}
    found = tools_in({"paths": {"/a": {"post": post}}, "components": {"schemas": {"A": schema}}})
    assert found.functions[0]["server"]["body"] == {"a": "{{args.a}}"}


FUNCTION = {
    "type": "function",
    "function": {
        "name": "f",
        "description": "d",
        "parameters": {"type": "object", "properties": {"api_key": {"type": "string"}}},
    },
    "server": {"method": "GET", "url": "https://x/y?api_key=PLANTED1", "headers": {"Authorization": "Bearer PLANTED2"}},
}
LEAKY = {"type": "string", "example": "sk-PLANTED1234567890abcdef"}


@pytest.mark.parametrize(
    "document",
    [
        [FUNCTION],
        {"tools": [FUNCTION]},
        {"mcpServers": {"a": {"url": "https://x/mcp?token=PLANTED3"}}},
        {"mcp_servers": [{"name": "a", "endpoint": "https://u:PLANTED4@x/mcp", "headers": {"X-Key": "PLANTED5"}}]},
        {
            "openapi": "3.0.0",
            "servers": [{"url": "https://x/?token=PLANTED6"}],
            "paths": {"/a": {"get": {"parameters": [{"in": "query", "name": "q", "schema": LEAKY}]}}},
        },
    ],
)
def test_no_key_of_any_document_is_kept(document):
    found = tools_in(document)
    assert found.functions or found.servers
    assert "PLANTED" not in repr(found)
    assert any("became the credential" in note for note in found.notes)


def test_the_names_of_parameters_are_no_secrets():
    assert tools_in([FUNCTION]).functions[0]["function"] == FUNCTION["function"]


@pytest.mark.parametrize("how", ["properties", "allOf"])
def test_a_document_that_refers_to_itself_a_billion_times_is_read_in_time(how):
    many = [{"$ref": "#/x"}] * 300
    schema = {"allOf": many} if how == "allOf" else {"properties": {f"p{number}": ref for number, ref in enumerate(many)}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/x"}}}}
    document = {"servers": [{"url": "https://x"}], "paths": {"/a": {"post": {"requestBody": body}}}}
    found = tools_in({**document, "x": {"type": "object", **schema}})
    assert len(repr(found)) < 2_000_000
    assert any("too often" in note for note in found.notes)
