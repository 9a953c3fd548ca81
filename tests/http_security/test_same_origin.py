"""Who may call our routes."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from greenroom.errors import NotAllowed
from greenroom.http_security.same_origin import require_same_origin

pytestmark = pytest.mark.unit


def request(**headers: str) -> Request:
    raw = [(k.encode(), v.encode()) for k, v in {"host": "localhost:8501", **headers}.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


def test_the_studios_own_page_and_a_program_may_call():
    require_same_origin(request(origin="http://localhost:8501"))
    require_same_origin(request())


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:8502", "null", "http://localhost:8501.evil.example"]
)
def test_pages_of_other_origins_are_refused(origin):
    with pytest.raises(NotAllowed):
        require_same_origin(request(origin=origin))
