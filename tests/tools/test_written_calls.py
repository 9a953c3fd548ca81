"""Calls that a small model writes as text, in any form and however it is split into tokens."""

from __future__ import annotations

import pytest

from greenroom.tools.definitions import ToolDefinition
from greenroom.tools.written_calls import WrittenCalls

pytestmark = pytest.mark.unit

TOOL = ToolDefinition(
    "orderStatus", parameters={"type": "object", "properties": {"number": {"type": "string"}}, "required": ["number"]}
)
CALL = '{"name": "orderStatus", "arguments": {"number": "12"}}'
FORMS = {
    "bare": CALL,
    "in a list": f"[{CALL}]",
    "fenced": f"```json\n{CALL}\n```",
    "after a sentence": f"Let me look. ```\n{CALL}\n```",
    "qwen": f"<tool_call>\n{CALL}\n</tool_call>",
    "llama": '<function=orderStatus>{"number": "12"}</function>',
    "llama 3": '<|python_tag|>{"name": "orderStatus", "parameters": {"number": "12"}}',
    "mistral": f"[TOOL_CALLS][{CALL}]",
    "openai": '{"tool_calls": [{"function": {"name": "orderStatus", "arguments": "{\\"number\\": \\"12\\"}"}}]}',
    "other case": CALL.replace("orderStatus", "OrderStatus"),
}


def read(text: str, size: int = 1000):
    filtered = WrittenCalls([TOOL])
    said = "".join(filtered.feed(text[at : at + size]) for at in range(0, len(text), size))
    rest, calls = filtered.finish()
    return said + rest, [(call.name, dict(call.arguments or {})) for call in calls]


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_understood_and_never_spoken(form, size):
    said, calls = read(FORMS[form], size)
    assert calls == [("orderStatus", {"number": "12"})]
    assert said.strip() in ("", "Let me look.")


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize(
    "text",
    [
        "Your order comes on Friday.",
        "The price is < 5 and > 3, see [1] and {x}.",
        '{"name": "other", "arguments": {}}',
        '{"name": "orderStatus", "arguments": {"number": 12}}',
        '<tool_call>{"name": "orderStatus"',
        "```\nprint(1)\n```",
        "[not a call",
    ],
)
def test_what_is_no_call_of_an_offered_tool_stays_text(text, size):
    assert read(text, size) == (text, [])


def test_plain_text_is_not_held_back():
    assert WrittenCalls([TOOL]).feed("Hello there, ") == "Hello there, "


def test_an_mcp_tool_is_known_by_its_bare_name_unless_two_servers_have_it() -> None:
    def called(*tools: ToolDefinition) -> list[str]:
        filtered = WrittenCalls(tools)
        filtered.feed('{"name": "search", "arguments": {}}')
        return [call.name for call in filtered.finish()[1]]

    docs, web = (ToolDefinition(f"{server}_search", server=server, remote_name="search") for server in ("docs", "web"))
    assert called(docs) == ["docs_search"]
    assert called(docs, web) == []
    assert called(docs, ToolDefinition("search")) == ["search"]
