"""Requests of functions: Agora's templates, and what arguments may not do."""

from __future__ import annotations

import pytest

from greenroom.tools.definitions import FunctionEndpoint
from greenroom.tools.templates import InvalidToolRequest, TemplateValues, request_for

pytestmark = pytest.mark.unit

VALUES = TemplateValues({"city": "Zürich/1", "count": 2, "up": "..", "many": [1]}, {"key": "abc", "line": "a\r\nX: y"}, "call_7")


def url(template: str) -> str:
    return request_for(FunctionEndpoint("GET", template), VALUES).url


def test_an_argument_stays_one_segment_or_one_value():
    assert url("https://a.example/{{args.city}}?n={{ args.count }}&m={{args.many}}") == (
        "https://a.example/Z%C3%BCrich%2F1?n=2&m=%5B1%5D"
    )
    assert url("https://a.example/x/{{args.up}}/y") == "https://a.example/x/%2E%2E/y"
    assert url("https://a.example/{{args.missing}}") == "https://a.example/"


@pytest.mark.parametrize("template", ["https://{{args.city}}.example/", "https://{{args.city}}@a.example/"])
def test_an_argument_cannot_choose_the_host(template):
    with pytest.raises(InvalidToolRequest):
        url(template)


def test_body_values_keep_their_type_and_missing_ones_are_left_out():
    body = {"a": "{{args.count}}", "b": "{{args.missing}}", "c": [{"d": "{{tool_call_id}}"}], "e": "constant"}
    sent = request_for(FunctionEndpoint("POST", "https://a.example/", {"X": "{{template_variables.key}}"}, body), VALUES)
    assert sent.body == {"a": 2, "c": [{"d": "call_7"}], "e": "constant"}
    assert sent.headers == {"X": "abc"}


def test_a_header_with_a_line_break_and_a_url_that_is_too_long_are_refused():
    with pytest.raises(InvalidToolRequest):
        request_for(FunctionEndpoint("GET", "https://a.example/", {"X": "{{template_variables.line}}"}), VALUES)
    with pytest.raises(InvalidToolRequest):
        url("https://a.example/" + "x" * 8200)
