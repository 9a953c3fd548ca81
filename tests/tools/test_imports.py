"""Tools from mcp.json and OpenAPI: what Agora can call is taken, what it can't is said, keys become names."""

from __future__ import annotations

import itertools
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
    assert [note.partition(":")[0] for note in found.notes] == ["My Stock!", "named", "local"]
    assert "credential MYSTOCK_AUTHORIZATION" in found.notes[0]
    assert "credential A_KEY" in found.notes[1]


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
    assert any("too many references" in note for note in found.notes)


def test_variables_of_a_server_do_not_double_each_other():
    names = "abcdefghijklmnopqrstuvwxyz"
    variables = {one: {"default": f"{{{other}}}{{{other}}}"} for one, other in itertools.pairwise(names)}
    document = {"servers": [{"url": "https://x/{a}", "variables": variables}], "paths": {"/p": {"get": {}}}}
    assert tools_in(document).functions[0]["server"]["url"] == "https://x/{b}{b}/p"


def test_what_hundreds_of_operations_share_costs_each_of_them_little():
    parameters = [{"name": f"p{number}", "in": "path", "description": "d" * 100_000} for number in range(1000)]
    schema = {"properties": {"a": {"enum": ["e" * 1000] * 3000}, "b": {"description": "d" * 100_000}}}
    body = {"content": {"application/json": {"schema": {**schema, "type": "object"}}}}
    shared = {"parameters": parameters, "post": {"requestBody": body, "operationId": "o" * 100_000}}
    document = {
        "info": {"title": "t" * 1_000_000},
        "servers": [{"url": "https://x/" + "s" * 100_000}],
        "security": [{f"s{number}": [] for number in range(1000)}],
        "components": {"securitySchemes": {f"s{number}": {"type": "http"} for number in range(1000)}},
        "paths": {f"/{number}": {"$ref": "#/x"} for number in range(100)},
    }
    found = tools_in({**document, "x": shared})
    assert len(found.functions) == 100
    assert len(repr(found.functions[0]["server"])) < 30_000
    assert len(found.functions[0]["function"]["parameters"]["properties"]) == 202
    assert any("more than 200 parameters" in note for note in found.notes)
    assert len(repr(found.notes)) < 10_000


SHOP = """
openapi: 3.0.3
info: {title: Shop}
servers: [{url: "{scheme}://api.shop.example", variables: {scheme: {default: https}}}]
security: [{login: []}]
paths:
  /items/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: full, in: query, schema: {type: string}}]
    get:
      parameters: [{name: full, in: query, schema: {type: boolean}}, {name: token, in: query, schema: {type: string}}]
  /items:
    post:
      requestBody: {$ref: "#/components/requestBodies/Item"}
  /logins:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {password: {type: string}}}
      parameters: [{name: token, in: query, schema: {type: string}}]
      security: []
  /lists:
    post: {requestBody: {content: {application/json: {schema: {type: array, items: {type: string}}}}}}
components:
  securitySchemes: {login: {type: http, scheme: bearer}}
  requestBodies:
    Item: {content: {application/json: {schema: {$ref: "#/components/schemas/New"}}}}
  schemas:
    New:
      allOf: [{$ref: "#/components/schemas/Base"}, {type: object, properties: {color: {type: string}}, required: [color]}]
      oneOf:
        - {properties: {size: {type: integer}, unit: {type: string}}, required: [size]}
        - {properties: {size: {type: integer}}, required: [size]}
    Base:
      type: object
      properties:
        id: {type: string, readOnly: true}
        name: {type: string, example: Chair, x-order: 1}
        maker: {type: object, properties: {example: {type: object, properties: {city: {type: string}}}}}
      required: [id, name]
"""


def test_bodies_keys_and_servers_are_read_as_documents_write_them():
    found = read_tools(SHOP)
    get, post, login, lists = found.functions
    assert list(function_faults(list(found.functions))) == []
    assert get["server"]["url"] == "https://api.shop.example/items/{{args.id}}?full={{args.full}}"
    assert get["function"]["parameters"]["properties"]["full"] == {"type": "boolean"}
    assert get["server"]["headers"] == {"Authorization": "Bearer ${SHOP_TOKEN}"}
    assert set(post["server"]["body"]) == {"name", "maker", "color", "size", "unit"}
    assert post["function"]["parameters"]["required"] == ["name", "color", "size"]
    assert post["function"]["parameters"]["properties"]["name"] == {"type": "string"}
    assert "city" in json.dumps(post["function"]["parameters"]["properties"]["maker"]["properties"]["example"])
    assert "headers" not in login["server"]
    assert lists["server"]["body"] == {}
    notes = " ".join(found.notes)
    assert "store it as the credential SHOP_TOKEN" in notes
    assert "POST /logins: takes application/x-www-form-urlencoded" in notes
    assert "POST /lists: the body has no named fields" in notes


def test_what_the_model_fills_in_is_no_key():
    login = read_tools(SHOP).functions[2]
    assert login["server"]["body"] == {"password": "{{args.password}}"}
    assert login["server"]["url"].endswith("?token={{args.token}}")


def test_swagger_2_has_its_body_among_the_parameters():
    order = {"type": "object", "properties": {"item": {"type": "string"}}, "required": ["item"]}
    rows = [{"name": "o", "in": "body", "schema": {"$ref": "#/definitions/Order"}}]
    form = [{"name": "note", "in": "formData", "type": "string", "maxLength": 9, "required": True}]
    key = {"type": "apiKey", "in": "query", "name": "key"}
    found = tools_in({
        "swagger": "2.0", "host": "shop.example", "basePath": "/v2", "definitions": {"Order": order}, "info": {"title": "Shop"},
        "securityDefinitions": {"key": key}, "security": [{"key": []}],
        "paths": {"/orders": {"post": {"parameters": rows}}, "/notes": {"post": {"parameters": form}}},
    })  # fmt: skip
    orders, notes = found.functions
    assert orders["server"]["url"] == "https://shop.example/v2/orders?key=${SHOP_KEY}"
    assert orders["server"]["body"] == {"item": "{{args.item}}"}
    assert orders["function"]["parameters"]["required"] == ["item"]
    assert notes["function"]["parameters"]["required"] == ["note"]
    assert any("takes a form" in note for note in found.notes)


def test_of_many_operations_one_can_choose_and_the_notes_stay_few():
    paths = {f"/p{number}": {"get": {"summary": "s"}, "put": {"summary": "s"}} for number in range(80)}
    found = tools_in({"servers": [{"url": "https://x"}], "paths": paths})
    assert len(found.functions) == 80
    assert found.notes == ("PUT /p0, PUT /p1, PUT /p2 and 77 more: left out. Agora calls functions with GET or POST only.",)


def test_a_large_json_document_is_read_and_a_larger_text_says_what_to_do():
    large = json.dumps({"servers": [{"url": "https://x"}], "paths": {"/a": {"get": {"description": "a" * 2_000_000}}}})
    assert len(read_tools(large).functions) == 1
    with pytest.raises(UnreadableText) as refused:
        read_tools("paths:\n" + "  a: b\n" * 200_000)
    assert "JSON may be 8 MB" in refused.value.advice
