"""Our routes over real services and a real twin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.http_security.security_headers import SecurityHeaders
from greenroom.web.routes import routes
from tests.databases import backend, migrated_template, postgres, pytest_generate_tests  # noqa: F401 - fixtures
from tests.services.conftest import Harness, harness, twin  # noqa: F401 - fixtures


@pytest.fixture
def client(harness: Harness) -> Iterator[TestClient]:
    """A browser's view of the server, at http://testserver."""
    app = Starlette(routes=routes(harness.services, harness.stages, harness.clock))
    app.add_middleware(SecurityHeaders)
    with TestClient(app) as opened:
        yield opened
