"""Tools that really run: a real HTTP server, the MCP SDK's own server, and mocks."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.responses import JSONResponse, RedirectResponse, Response

from greenroom.http_security.addresses import place_of
from greenroom.tools.calls import ToolOutcome, ToolRequest
from greenroom.twin.agent.tools.toolbox import Toolbox, ToolSettings, ToolSetupError
from tests.twin.agent.tool_server import FunctionServer, mcp_app, serving

pytestmark = pytest.mark.twin

ITEM = {"type": "object", "properties": {"item": {"type": "string"}, "count": {"type": "integer"}}, "required": ["item"]}


def function(name: str = "lookUp", *, url: str, **server: Any) -> dict[str, Any]:
    about = {"name": name, "description": "Looks an item up.", "parameters": ITEM}
    return {"type": "function", "function": about, "server": {"method": "GET", "url": url, **server}}


def settings(
    *functions: dict[str, Any],
    allow: tuple[str, ...] = (),
    servers: tuple[dict[str, Any], ...] = (),
    mocks: tuple[dict[str, Any], ...] = (),
    **llm: Any,
) -> ToolSettings:
    return ToolSettings.read(
        {
            "advanced_features": {"enable_tools": True},
            "llm": {"tools": list(functions), "mcp_servers": list(servers), **llm},
            "offline": {"private_hosts": [place_of(url) for url in allow], "tool_mocks": list(mocks)},
        }
    )


async def called(told: ToolSettings, name: str = "lookUp", **arguments: Any) -> ToolOutcome:
    box = Toolbox(told)
    await box.open()
    try:
        return await box.call(ToolRequest("call_1", name, arguments))
    finally:
        await box.close()


def answering(body: Any, status: int = 200) -> FunctionServer:
    return FunctionServer(lambda request: JSONResponse(body, status))


async def test_templates_fill_the_path_the_query_the_headers_and_the_body():
    server = answering({"count": 3})
    async with serving(server.app) as root:
        get = function(
            url=f"{root}/items/{{{{args.item}}}}?store={{{{template_variables.store}}}}", headers={"X-Call": "{{tool_call_id}}"}
        )
        post = function(
            "order",
            url=f"{root}/orders",
            method="POST",
            body={"what": "{{args.item}}", "many": "{{args.count}}", "from": "phone"},
        )
        told = settings(get, post, allow=(root,), template_variables={"store": "Lyon 2"})
        assert json.loads((await called(told, item="a/b?c")).content) == {"count": 3}
        await called(told, "order", item="pear", count=2)
    assert server.requests[0][:2] == ("GET", "/items/a%2Fb%3Fc?store=Lyon%202") or server.requests[0][1].startswith("/items/a/b")
    assert server.requests[0][2]["x-call"] == "call_1"
    assert json.loads(server.requests[1][3]) == {"what": "pear", "many": 2, "from": "phone"}


async def test_a_private_address_is_refused_until_it_is_allowed():
    server = answering({})
    async with serving(server.app) as root:
        refused = await called(settings(function(url=root)), item="pear")
        by_name = await called(settings(function(url=root.replace("127.0.0.1", "localhost")), allow=(root,)), item="pear")
    assert server.requests == []
    assert [one.status for one in (refused, by_name)] == ["error", "error"]
    assert "own network" in refused.content


async def test_a_redirect_is_not_followed_and_its_target_gets_no_header():
    target = answering({"stolen": True})
    async with serving(target.app) as elsewhere:
        server = FunctionServer(lambda request: RedirectResponse(elsewhere))
        async with serving(server.app) as root:
            told = settings(function(url=root, headers={"Authorization": "Bearer s3cret-key"}), allow=(root, elsewhere))
            outcome = await called(told, item="pear")
    assert outcome.status == "error"
    assert "redirect" in outcome.content
    assert target.requests == []


async def test_what_takes_longer_than_its_timeout_is_given_up():
    async def slow(request) -> Response:
        await asyncio.sleep(30)
        return Response()

    async with serving(FunctionServer(slow).app) as root:
        outcome = await called(settings(function(url=root, timeout_ms=1000), allow=(root,)), item="pear")
    assert outcome == ToolOutcome("timeout", '{"error": "The tool call timed out after 1000 ms."}')


@pytest.mark.parametrize(
    ("response", "status", "said"),
    [
        (Response("x" * (2 << 20)), "error", "larger than 1 MiB"),
        (Response(b""), "ok", "[]"),
        (Response(b"\xff\xfe"), "error", "isn't UTF-8"),
        (JSONResponse({"detail": "no such item"}, 404), "error", "no such item"),
    ],
    ids=["too large", "empty", "not text", "refused"],
)
async def test_responses_are_bounded_and_told_to_the_model(response, status, said):
    async with serving(FunctionServer(lambda request: response).app) as root:
        outcome = await called(settings(function(url=root), allow=(root,)), item="pear")
    assert outcome.status == status
    assert said in outcome.content
    assert len(outcome.content) < 4000


async def test_a_server_that_repeats_what_it_was_sent_shows_no_secret():
    server = FunctionServer(lambda request: JSONResponse(dict(request.headers)))
    async with serving(server.app) as root:
        told = settings(function(url=root, headers={"Authorization": "Bearer s3cret-key"}), allow=(root,))
        outcome = await called(told, item="pear")
    assert server.requests[0][2]["authorization"] == "Bearer s3cret-key"
    assert "s3cret" not in outcome.content
    assert "s3cret" not in repr(told)


async def test_arguments_that_do_not_fit_reach_no_server():
    server = answering({})
    async with serving(server.app) as root:
        told = settings(function(url=root), allow=(root,))
        wrong = [await called(told), await called(told, item=3), await called(told, "other", item="x")]
    assert [outcome.status for outcome in wrong] == ["invalid", "invalid", "error"], "there is no such tool"
    assert server.requests == []


async def test_an_mcp_server_offers_its_allowed_tools_and_runs_them():
    """row 83"""
    app, headers = mcp_app()
    async with serving(app) as root:
        row = {
            "name": "stock",
            "endpoint": f"{root}/mcp",
            "headers": {"X-Key": "s3cret-key"},
            "allowed_tools": ["in_stock", "broken"],
        }
        box = Toolbox(settings(servers=(row,), allow=(root,)))
        await box.open()
        found = await box.call(ToolRequest("1", "mcp_stock_in_stock", {"item": "pear"}))
        failed = await box.call(ToolRequest("2", "mcp_stock_broken", {}))
        unfit = await box.call(ToolRequest("3", "mcp_stock_in_stock", {}))
        await box.close()
    assert box.problems == []
    assert [tool.name for tool in box.definitions] == ["mcp_stock_in_stock", "mcp_stock_broken"]
    assert "7" in found.content
    assert (found.status, failed.status, unfit.status) == ("ok", "error", "invalid")
    assert "no such shelf" in failed.content
    assert headers
    assert all(sent["x-key"] == "s3cret-key" for sent in headers)


async def test_an_mcp_call_that_takes_too_long_is_given_up_and_the_next_one_works():
    app, _ = mcp_app()
    async with serving(app) as root:
        box = Toolbox(settings(servers=({"name": "stock", "endpoint": f"{root}/mcp", "timeout_ms": 1000},), allow=(root,)))
        await box.open()
        late = await box.call(ToolRequest("1", "mcp_stock_slow", {"seconds": 20}))
        found = await box.call(ToolRequest("2", "mcp_stock_in_stock", {"item": "pear"}))
        await box.close()
    assert (late.status, found.status) == ("timeout", "ok")


async def test_an_mcp_call_that_fails_says_why_at_once_and_the_session_comes_back():
    """The SDK waits out the timeout where a response is too large or a connection breaks, and keeps a session that is over."""
    app, headers = mcp_app()
    fate: list[int] = []
    forgotten: set[str] = set()

    async def troubled(scope: Any, receive: Any, send: Any) -> None:
        sent = {name.decode(): value.decode() for name, value in scope.get("headers") or ()}
        status = 404 if sent.get("mcp-session-id") in forgotten else fate[0] if fate and scope["type"] == "http" else 0
        if status and scope["method"] == "POST":
            fate.clear()
            body = "x" * (5_000_000 if status == 200 else 1)
            await Response(body, status, media_type="application/json")(scope, receive, send)
        else:
            await app(scope, receive, send)

    async with serving(troubled) as root:
        row = {"name": "stock", "endpoint": f"{root}/mcp?token=s3cret-token", "timeout_ms": 30_000}
        box = Toolbox(settings(servers=(row,), allow=(root,)))
        await box.open()

        async def call(tool: str = "in_stock", **arguments: Any) -> ToolOutcome:
            async with asyncio.timeout(20):
                return await box.call(ToolRequest("1", f"mcp_stock_{tool}", arguments))

        fate.append(200)
        large = await call(item="pear")
        fate.append(503)
        refused = await call(item="pear")
        after = await call(item="pear")
        forgotten |= {sent["mcp-session-id"] for sent in headers if "mcp-session-id" in sent}
        renewed = [await call(item="pear"), await call(item="token: s3cret-token")]
        await box.close()
    assert (large.status, refused.status, after.status) == ("error", "error", "ok")
    assert "larger than 1 MiB" in large.content
    assert "HTTP 503" in refused.content
    assert [outcome.status for outcome in renewed] == ["ok", "ok"]
    assert "s3cret-token" not in renewed[1].content


async def test_an_mcp_server_that_is_away_or_private_is_a_problem_in_words_and_the_agent_starts():
    app, _ = mcp_app()
    async with serving(app) as root:
        box = Toolbox(
            settings(servers=({"name": "stock", "endpoint": f"{root}/mcp"}, {"name": "gone", "endpoint": f"{root}/no"}))
        )
        await box.open()
        await box.close()
    assert len(box.problems) == 2
    assert "own network" in box.problems[0]
    assert box.definitions == ()


async def test_an_address_without_an_mcp_server_is_called_that():
    app, _ = mcp_app()
    async with serving(app) as root:
        box = Toolbox(settings(servers=({"name": "wrong", "endpoint": f"{root}/no"},), allow=(root,)))
        await box.open()
        await box.close()
    assert box.problems == ["The MCP server wrong can't be used: there is no MCP server at this address (HTTP 404)."]


async def test_a_mock_answers_in_place_of_a_server_and_follows_its_first_rule():
    mock = {
        "tool": "lookUp",
        "rules": [
            {"when": {"item": "Pear*"}, "result": {"item": "{{args.item}}", "count": 2}},
            {"when": {"item": "plum"}, "error": "The store is closed."},
            {"result": []},
        ],
    }
    told = settings(function(url="https://nowhere.invalid/"), mocks=(mock,))
    assert await called(told, item="pears") == ToolOutcome("ok", '{"item": "pears", "count": 2}', mocked=True)
    assert (await called(told, item="plum")).status == "error"
    assert (await called(told, item="fig")).content == "[]"
    assert (await called(told)).status == "invalid"


async def test_a_mock_that_never_answers_runs_into_the_timeout():
    told = settings(
        function(url="https://nowhere.invalid/", timeout_ms=1000), mocks=({"tool": "lookUp", "rules": [{"never": True}]},)
    )
    assert (await called(told, item="fig")).status == "timeout"


async def test_a_mocked_mcp_tool_needs_no_server_and_a_mock_that_is_off_is_not_used():
    mock = {
        "tool": "mcp_stock_find",
        "server": "stock",
        "description": "Finds.",
        "parameters": ITEM,
        "rules": [{"result": "yes"}],
    }
    server = {"name": "stock", "endpoint": "https://nowhere.invalid/mcp"}
    assert (await called(settings(servers=(server,), mocks=(mock,)), "mcp_stock_find", item="x")).content == "yes"
    async with serving(answering({"live": True}).app) as root:
        off = {"tool": "lookUp", "mocked": False, "rules": [{"result": "mock"}]}
        assert "live" in (await called(settings(function(url=root), allow=(root,), mocks=(off,)), item="x")).content


async def test_one_tool_of_an_mcp_server_is_mocked_and_the_others_are_live():
    app, _ = mcp_app()
    async with serving(app) as root:
        mocks = (
            {"tool": "mcp_stock_in_stock", "server": "stock", "parameters": ITEM, "rules": [{"result": "mocked"}]},
            {"tool": "mcp_stock_slow", "server": "stock", "mocked": False},
        )
        box = Toolbox(settings(servers=({"name": "stock", "endpoint": f"{root}/mcp"},), allow=(root,), mocks=mocks))
        await box.open()
        mocked = await box.call(ToolRequest("1", "mcp_stock_in_stock", {"item": "pear"}))
        live = await box.call(ToolRequest("2", "mcp_stock_slow", {"seconds": 0}))
        await box.close()
    assert (mocked.content, mocked.mocked) == ("mocked", True)
    assert (live.status, live.mocked) == ("ok", False)
    assert len(box.definitions) == 3


async def test_more_than_32_tools_or_two_of_a_name_keep_the_agent_from_starting():
    many = [function(f"tool{n}", url="https://a.example/") for n in range(33)]
    for functions in (many, [many[0], {**many[0]}]):
        with pytest.raises(ToolSetupError):
            await Toolbox(settings(*functions)).open()
