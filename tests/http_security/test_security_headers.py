"""What the middleware adds to the responses of others."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from greenroom.http_security.security_headers import SecurityHeaders

pytestmark = pytest.mark.unit


def cookies(public_url: str, host: str) -> list[str]:
    def page(request: Request) -> Response:
        response = PlainTextResponse("")
        response.headers.append("set-cookie", "_streamlit_xsrf=2|a; Path=/; SameSite=Lax")
        response.headers.append("set-cookie", "own=secure; path=/; secure; HttpOnly")
        return response

    app = Starlette(routes=[Route("/", page)])
    app.add_middleware(SecurityHeaders, public_url=public_url)
    return TestClient(app).get("/", headers={"host": host}).headers.get_list("set-cookie")


@pytest.mark.parametrize("host", ["studio.example.com", "Studio.example.com:443"])
def test_cookies_behind_https_are_sent_over_https_alone(host: str) -> None:
    streamlits, own = cookies("https://studio.example.com", host)
    assert streamlits == "_streamlit_xsrf=2|a; Path=/; SameSite=Lax; Secure"
    assert own.lower().count("; secure") == 1


@pytest.mark.parametrize(
    ("public_url", "host"),
    [("", "localhost:8501"), ("https://studio.example.com", "localhost:8501"), ("http://10.0.0.8:8501", "10.0.0.8:8501")],
)
def test_cookies_of_this_computer_and_of_plain_http_stay_usable(public_url: str, host: str) -> None:
    assert not cookies(public_url, host)[0].endswith("Secure")
