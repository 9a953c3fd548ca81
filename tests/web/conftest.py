"""Our routes over real services and a real twin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from greenroom.http_security.security_headers import SecurityHeaders
from greenroom.services import Services
from greenroom.services.agents.voice_preview import VoicePreview
from greenroom.services.operations.twin_process import TwinProcess
from greenroom.web.routes import routes
from greenroom.web.stages import Stages
from tests.databases import backend, migrated_template, postgres, pytest_generate_tests  # noqa: F401 - fixtures
from tests.services.conftest import Desk, desk, twin  # noqa: F401 - fixtures


@pytest.fixture
def client(desk: Desk, twin: TwinProcess) -> Iterator[TestClient]:  # noqa: F811
    """A browser's view of the server, at http://testserver."""
    stages = Stages()
    desk.calls.tell = stages.tell
    services = Services(
        desk.config,
        desk.agents,
        desk.calls,
        desk.records,
        desk.guard,
        VoicePreview(twin),
        twin,
        desk.credentials,
        desk.notifications,
        desk.visits,
        desk.judging,
        desk.trends,
        desk.recordings,
        desk.running,
        desk.contract,
        desk.portable,
        desk.keeping,
    )
    app = Starlette(routes=routes(services, stages, desk.clock))
    app.add_middleware(SecurityHeaders)
    with TestClient(app) as opened:
        yield opened
