"""A page opened by its own address is told where its server is."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from greenroom.http_security.content_policy import content_policy
from greenroom.web.page_address import PageAddress, with_address

pytestmark = pytest.mark.unit

PAGE = f"<html><head><title>Ä</title></head><body>{'x' * 2000}</body></html>"
AS_A_BROWSER = {"accept": "text/html,*/*", "accept-encoding": "gzip"}


@pytest.fixture
def client():
    routes = [
        Route("/api/page", lambda request: HTMLResponse(PAGE)),
        Route("/w/abc", lambda request: HTMLResponse(PAGE, headers={"content-security-policy": "script-src 'none'"})),
        Route("/data", lambda request: JSONResponse({"a": 1})),
        Route("/{path:path}", lambda request: HTMLResponse(PAGE, headers={"etag": "old"})),
    ]
    return TestClient(
        Starlette(
            routes=routes, middleware=[Middleware(PageAddress, "/studio/", "", "<style>a{}</style>"), Middleware(GZipMiddleware)]
        )
    )


def test_a_page_names_its_server_with_the_path_it_is_served_under(client):
    answer = client.get("/sessions", headers=AS_A_BROWSER)
    assert '<head><script>window.__streamlit={BACKEND_BASE_URL:location.origin+"/studio"}</script><title>Ä' in answer.text
    assert answer.text.endswith("<style>a{}</style></body></html>")
    assert answer.headers["content-length"] == str(len(answer.content))
    assert "etag" not in answer.headers


@pytest.mark.parametrize("path", ["/api/page", "/data", "/w/abc"])
def test_what_is_no_page_passes_as_it_is(client, path):
    assert "__streamlit" not in client.get(path, headers=AS_A_BROWSER).text


def test_the_main_page_is_found_by_its_name(client):
    answer = client.get("/studio/studio?agent=a%26b", headers=AS_A_BROWSER, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/studio/?agent=a%26b")


def test_the_content_policy_allows_the_script():
    script = with_address(PAGE, "").partition("<script>")[2].partition("</script>")[0]
    assert script
    assert content_policy(with_address(PAGE), cloud=False) != content_policy(PAGE, cloud=False)


def test_what_is_to_come_last_is_at_the_end_of_the_page_and_its_scripts_are_allowed():
    page = with_address(PAGE, "", "<script>first()</script>", "<style>a{}</style>")
    assert page.index("__streamlit") < page.index("first()") < page.index("<title>")
    assert page.endswith("<style>a{}</style></body></html>")
    assert content_policy(page, cloud=False) != content_policy(with_address(PAGE), cloud=False)
